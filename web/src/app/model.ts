/**
 * All that the panels show, as one value. Parts are replaced, never changed in place, so that a panel can tell
 * by identity whether it has anything to do.
 */
import type { Frame } from "../engine/frame.ts";
import type {
  Branch,
  FeedLine,
  LogRow,
  MessageView,
  ScenarioInfo,
  ServerView,
  Settings,
  Setup,
  Story,
  Tape,
  Violation,
} from "../engine/types.ts";
import type { HuntView } from "./hunt.ts";
import { type MeasureView, noMeasure } from "./measure.ts";
import type { Notice } from "./params.ts";
import { atRest, type Playback } from "./playback.ts";
import { atFirst, type ViewState } from "./view.ts";

export interface Logs {
  first: number;
  last: number;
  /** How many columns a page has that the reader turns to. */
  page: number;
  rows: readonly LogRow[];
}

export interface Model {
  /** Of the run. "none": none is open yet; "trap": the engine stopped for good while running it. */
  status: "none" | "ready" | "trap";
  /** "absent": nobody has needed it yet, and what is shown is the stored first view. */
  engine: "absent" | "coming" | "here" | "failed";
  /** How many of the reader's wishes wait for the engine. */
  waiting: number;
  /** What a trap or a failed load has to say. */
  trouble: string;
  scenarios: readonly ScenarioInfo[];
  /** What the run was opened with; null for a run from a link or a file. */
  setup: Setup | null;
  /** The reader has done something to the run, or it came from a link: its name alone no longer says what it is. */
  edited: boolean;
  playback: Playback;
  frame: Frame | null;
  settings: Settings | null;
  story: Story | null;
  feed: readonly FeedLine[];
  tape: Tape;
  /** How far the reader has come: the live edge. The engine may have looked further ahead. */
  edgeUs: number;
  /** The violation that has stopped the run, if one has. */
  violation: Violation | null;
  branches: readonly Branch[];
  logs: Logs;
  /** What is selected, in full; null if it is no longer there. */
  server: ServerView | null;
  message: MessageView | null;
  summary: string;
  runText: string;
  /** The same as a text that people can read, for a file; as of the last time that sharing was asked for. */
  runFile: string;
  canUndo: boolean;
  canRedo: boolean;
  /** What the engine is at, if it takes more than a frame; "" otherwise. */
  busy: string;
  notices: readonly Notice[];
  /** The hunt that is on, or what has come of it. */
  hunt: HuntView | null;
  /** Experiments over many runs. */
  measure: MeasureView;
  view: ViewState;
}

export const blank: Model = {
  status: "none",
  engine: "absent",
  waiting: 0,
  trouble: "",
  scenarios: [],
  setup: {},
  edited: false,
  playback: atRest(),
  frame: null,
  settings: null,
  story: null,
  feed: [],
  tape: { edgeUs: 0, terms: [], marks: [] },
  edgeUs: 0,
  violation: null,
  branches: [],
  logs: { first: 1, last: 1, page: 1, rows: [] },
  server: null,
  message: null,
  summary: "",
  runText: "",
  runFile: "",
  canUndo: false,
  canRedo: false,
  busy: "",
  notices: [],
  hunt: null,
  measure: noMeasure,
  view: atFirst,
};

/** Somebody waits for the engine: a reader who wants something done, or one who sees nothing yet. */
export function engineAwaited(model: Model): boolean {
  return model.waiting > 0 || model.frame === null;
}

/** The server that commands without a name mean: the focused one, else the selected one. */
export function serverAtHand(view: ViewState): number {
  for (const target of [view.focused, view.selected]) {
    if (target?.kind === "server") return target.id;
    if (target?.kind === "entry") return target.server;
  }
  return 0;
}

export function leaderOf(frame: Frame | null): number {
  const leaders = frame?.servers.filter((s) => s.up && s.role === "leader") ?? [];
  // Two can lead one term if a rule is off. The engine gives next and match of the last of them.
  return leaders.sort((a, b) => b.term - a.term || b.id - a.id)[0]?.id ?? 0;
}

/** How this cluster departs from Raft, in few words: "1 rule is off, 2 mistakes are made"; nothing if it doesn't. */
export function departures(settings: Settings | null): string {
  const off = settings?.rules.filter((rule) => !rule.on).length ?? 0;
  const made = settings?.mistakes.filter((mistake) => mistake.on).length ?? 0;
  const rules = off === 1 ? "1 rule is off" : `${off} rules are off`;
  const mistakes = made === 1 ? "1 mistake is made" : `${made} mistakes are made`;
  return [off > 0 ? rules : "", made > 0 ? mistakes : ""].filter(Boolean).join(", ");
}

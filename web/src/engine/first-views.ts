/**
 * What the engine says of each built-in run before anything has happened, worked out when the page was built.
 * The page shows its first view from this, and fetches the engine only when a reader turns up.
 *
 * `scripts/first-views.mjs` writes it by asking the engine; a test asks both and compares.
 */
import type {
  Branch,
  FeedLine,
  LogRow,
  MessageView,
  Reading,
  ScenarioInfo,
  ServerView,
  Settings,
  Setup,
  Story,
  Tape,
  Violation,
} from "./types.ts";

/** The answers to all that can be read at the start of a run. */
export interface Answers {
  frame: number[];
  timeUs: number;
  edgeUs: number;
  canUndo: boolean;
  canRedo: boolean;
  branches: Branch[];
  settings: Settings;
  servers: ServerView[];
  /** With every entry that there is. */
  logs: LogRow[];
  feed: FeedLine[];
  story: Story | null;
  tape: Tape;
  violations: Violation[];
  describe: string;
  link: string;
}

export interface FirstViews {
  scenarios: ScenarioInfo[];
  /** The answers for the first scenario, which is the default. */
  first: Answers;
  /** By the name of a scenario: what differs from the first. An object changes the named parts, anything else replaces. */
  changes: Record<string, unknown>;
}

/** The run that `setup` asks for, at its start; null if it is not among the stored ones. */
export function storedRun(views: FirstViews, setup: Setup): Reading | null {
  const name = setup.scenario ?? views.scenarios[0]?.name ?? "";
  if (setup.source !== undefined || !Object.hasOwn(views.changes, name)) return null;
  const answers = changed(views.first, views.changes[name]) as Answers;
  const { servers, seed } = answers.settings;
  if ((setup.servers ?? servers) !== servers || (setup.seed ?? seed) !== seed) return null;
  return new StoredRun(answers);
}

function changed(value: unknown, change: unknown): unknown {
  if (change === undefined) return value;
  if (change === null || typeof change !== "object" || Array.isArray(change)) return change;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  for (const [key, part] of Object.entries(change)) copy[key] = changed(copy[key], part);
  return copy;
}

class StoredRun implements Reading {
  #answers: Answers;

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  frame(): Float64Array {
    return Float64Array.from(this.#answers.frame);
  }

  timeUs(): number {
    return this.#answers.timeUs;
  }

  edgeUs(): number {
    return this.#answers.edgeUs;
  }

  canUndo(): boolean {
    return this.#answers.canUndo;
  }

  canRedo(): boolean {
    return this.#answers.canRedo;
  }

  branches(): Branch[] {
    return this.#answers.branches;
  }

  settings(): Settings {
    return this.#answers.settings;
  }

  server(id: number): ServerView {
    const server = this.#answers.servers.find((s) => s.id === id);
    if (server === undefined) throw new Error(`there is no server S${id}`);
    return server;
  }

  /** Nothing has been sent yet. */
  message(): MessageView | null {
    return null;
  }

  logs(first: number, last: number): LogRow[] {
    const asked = ({ index }: { index: number }): boolean => index >= first && index <= last;
    return this.#answers.logs.map((row) => ({ ...row, cells: row.cells.filter(asked) }));
  }

  /** Nothing has happened yet, whatever the topic. */
  feed(): FeedLine[] {
    return this.#answers.feed;
  }

  story(): Story | null {
    return this.#answers.story;
  }

  tape(): Tape {
    return this.#answers.tape;
  }

  violations(): Violation[] {
    return this.#answers.violations;
  }

  describe(): string {
    return this.#answers.describe;
  }

  link(): string {
    return this.#answers.link;
  }
}

/** What the reader is looking at, as opposed to what the cluster is doing. Never part of a run. */
import type { Point } from "../scene/shapes.ts";
import type { Target } from "../scene/view.ts";
import type { DialogName, Sheet, Tab, ThemeName, Tool, Topic } from "./intents.ts";

export interface ViewState {
  /** The first state: nothing has been asked for yet. */
  poster: boolean;
  tool: Tool;
  selected: Target | null;
  hovered: Target | null;
  focused: Target | null;
  /** The small menu beside the selected thing on the stage. */
  menu: boolean;
  tab: Tab;
  sheet: Sheet;
  dialog: DialogName | null;
  /** What the reader looks for among the scenarios. */
  find: string;
  topics: readonly Topic[];
  /** How many lines the feed shows at most. Each costs a little in every change, and few are ever in sight. */
  feedLines: number;
  skipIdle: boolean;
  theme: ThemeName;
  /** First index that the logs show; null follows the newest. */
  logsFirst: number | null;
  fenceDraft: Point[] | null;
  cutDraft: { from: number; to: Point } | null;
}

export const TOPICS: readonly { id: Topic; title: string }[] = [
  { id: "election", title: "Elections" },
  { id: "log", title: "Logs" },
  { id: "commit", title: "Commits" },
  { id: "client", title: "Clients" },
  { id: "fault", title: "Faults" },
  { id: "message", title: "Messages" },
  { id: "violation", title: "Violations" },
];

/** About three times what fits into the panel, and how many more the reader gets for asking. */
export const FEED_LINES = 24;
export const FEED_MORE = 60;

export const atFirst: ViewState = {
  poster: true,
  tool: "select",
  selected: null,
  hovered: null,
  focused: null,
  menu: false,
  tab: "feed",
  sheet: null,
  dialog: null,
  find: "",
  // Messages come by the dozen and would bury the rest.
  topics: TOPICS.map((topic) => topic.id).filter((id) => id !== "message"),
  feedLines: FEED_LINES,
  skipIdle: false,
  theme: "auto",
  logsFirst: null,
  fenceDraft: null,
  cutDraft: null,
};

/** Adds the topic to the filter or takes it out. */
export function toggleTopic(topics: readonly Topic[], topic: Topic): Topic[] {
  return topics.includes(topic) ? topics.filter((t) => t !== topic) : [...topics, topic];
}

/**
 * What the engine tells the page, and what the page may ask of it.
 *
 * Every type here mirrors one in `crates/raft-wasm/src/` (made by tsify); the engine is the only
 * importer of the wasm. Times are integer microseconds of simulated time, as JS numbers. Ids, terms and
 * indexes are integers, 0 means "none". Seeds and digests are strings.
 */

/** How a run begins. Anything left out is taken from the scenario, and after that from the defaults. */
export interface Setup {
  /** Name of a built-in scenario, e.g. "first-election". */
  scenario?: string;
  /** The text of a scenario of the reader's own; wins over `scenario`. */
  source?: string;
  servers?: number;
  seed?: string;
}

export interface ScenarioInfo {
  /** Kebab-case id, the value of the `scenario` attribute. */
  name: string;
  title: string;
  about: string;
  /** Section of the paper, "" if none. */
  section: string;
}

/** A switch: a rule (on by default) or an option (off by default). */
export interface SwitchInfo {
  id: string;
  title: string;
  section: string;
  kind: "safety" | "liveness" | "option" | "mistake";
  statement: string;
  /** What is done instead while a rule is off; for an option, what it changes. */
  instead: string;
  /** The harm that follows; "" for an option. */
  harm: string;
  on: boolean;
  /** Name of the built-in scenario that shows the harm; "" for an option. */
  story: string;
}

/** All that can be set while the run goes on. Each is changed by a command (text forms in `Lab.apply`). */
export interface Settings {
  servers: number;
  seed: string;
  scenario: string;
  scenarioTitle: string;
  electionMinUs: number;
  electionMaxUs: number;
  heartbeatUs: number;
  /** Text forms, e.g. "3ms..8ms". */
  latency: string;
  disk: string;
  /** Parts per million. */
  lossPpm: number;
  duplicatePpm: number;
  reorderPpm: number;
  /** Client requests a second made by themselves. */
  requestsPerSecond: number;
  /** Trouble that strikes by itself, like "all 5"; empty if none. */
  chaos: string;
  rules: SwitchInfo[];
  options: SwitchInfo[];
  mistakes: SwitchInfo[];
  /** Groups of the partition in force, e.g. [[1,2],[3,4,5]]; empty if none. */
  partition: number[][];
  /** One-way cuts in force, [from, to]. */
  cuts: [number, number][];
}

export type Role = "follower" | "pre-candidate" | "candidate" | "leader";

/** All of Figure 2's state of one server, for the inspector. */
export interface ServerView {
  id: number;
  up: boolean;
  paused: boolean;
  role: Role | null;
  currentTerm: number;
  votedFor: number;
  leader: number;
  commitIndex: number;
  lastApplied: number;
  /** Index of the first entry that its log holds or would hold. */
  firstIndex: number;
  /** Its newest snapshot. */
  snapshot: { lastIncludedIndex: number; lastIncludedTerm: number } | null;
  lastIndex: number;
  lastTerm: number;
  /** Ids of the servers that voted for it (candidates only). */
  votes: number[];
  votesNeeded: number;
  /** When its election (or heartbeat) timer runs out; null if it has none. */
  deadlineUs: number | null;
  /** The election timeout in force. */
  timeoutUs: number;
  /** Leaders only, one row for each other server. */
  progress: { server: number; nextIndex: number; matchIndex: number }[];
  /** The state machine, sorted by key. */
  state: { key: string; value: string }[];
  /** What its disk holds. By how much it lies about what is stable, null if it does not; and whether there is a backup. */
  stable: {
    currentTerm: number;
    votedFor: number;
    lastIndex: number;
    pendingWrites: number;
    liesUs: number | null;
    backup: boolean;
  };
  clockPercent: number;
  /** Until when a leader may answer reads by its clock alone; null if it holds no lease. */
  leaseUntilUs: number | null;
  /** Why these commands to the server would come to nothing now; "" where they would not. */
  futile: Record<"transfer" | "compact" | "add" | "remove" | "learner" | "promote", string>;
  /** What it is to the cluster, by the configuration of the leader. */
  standing: "voter" | "outgoing" | "learner" | "outside";
  /** The configuration in force at the server itself, and where that stands in its log; null while it is down. */
  membership: { voters: number[]; outgoing: number[]; learners: number[]; index: number } | null;
}

/** One message in flight, for the inspector. */
export interface MessageView {
  /** Number in the frame array. */
  id: number;
  /** Its name in commands, e.g. "append/S1>S2/t2/r14/p3/a0". */
  key: string;
  kind: string;
  sentence: string;
  sentUs: number;
  arriveUs: number;
  fate: "travelling" | "lost" | "held";
  /** Field names as in Figure 2, in its order. */
  fields: { name: string; value: string }[];
  /** Event that sent it. */
  cause: number;
}

export interface EntryCell {
  index: number;
  term: number;
  /** The command, e.g. "x=4"; "no-op" for a leader's blank entry. */
  text: string;
  /** Counted as committed by this server. */
  committed: boolean;
  /** Stable on this server's disk. */
  stable: boolean;
  /** Another log holds something else at this index. */
  conflict: boolean;
}

export interface LogRow {
  server: number;
  /** Index of the first entry that the log holds or would hold; a snapshot stands for those before it. */
  firstIndex: number;
  lastIndex: number;
  commitIndex: number;
  /** nextIndex and matchIndex that the leader keeps for it; 0 if there is no leader, or it is the leader. */
  nextIndex: number;
  matchIndex: number;
  /** Entries of the asked range that the log has, in order. */
  cells: EntryCell[];
}

/** One sentence of what happened. */
export interface FeedLine {
  /** Number of the event in the run, from 1. */
  event: number;
  timeUs: number;
  /** Server it happened to; 0 for the network, a client or the reader. */
  server: number;
  /** For the filter. */
  topic: "election" | "log" | "commit" | "client" | "message" | "fault" | "violation";
  sentence: string;
  /** Section of the paper, e.g. "5.2"; "" if none. */
  section: string;
  /** Who did it, if it was the reader's command. */
  byReader: boolean;
  /** A rule or option that is switched off and would have mattered here; "" if none. */
  ruleOff: string;
}

/** The event at hand, told in full. */
export interface Story {
  event: number;
  timeUs: number;
  server: number;
  /** "S5 · because its timer ran out" */
  because: string;
  headline: string;
  /** Why, one to three sentences. */
  why: string;
  /** The condition, taken apart. `lead` introduces it ("To win it needs 3 of 5 votes:"); may be empty. */
  lead: string;
  ticks: { ok: boolean; text: string }[];
  rule: { id: string; section: string; statement: string; off: boolean } | null;
  /** The chain of events that led here, nearest first. */
  causes: { event: number; timeUs: number; text: string }[];
  /** Everything else that the same event made happen. */
  also: string[];
}

/** What the tape (the time line) shows, over all that has been simulated. */
export interface Tape {
  edgeUs: number;
  terms: { term: number; fromUs: number; toUs: number; leader: number; leaderFromUs: number }[];
  marks: {
    event: number;
    timeUs: number;
    kind: "election" | "crash" | "restart" | "fault" | "request" | "commit" | "violation" | "mark" | "command";
    label: string;
  }[];
}

export interface Violation {
  event: number;
  timeUs: number;
  /** e.g. "election-safety" */
  property: string;
  title: string;
  witness: string;
  /** Servers that hold the two facts that contradict each other. */
  servers: number[];
}

export interface Branch {
  id: number;
  /** "main", or what the reader did at the fork. */
  label: string;
  parent: number;
  forkUs: number;
  edgeUs: number;
  current: boolean;
}

export interface OpClient {
  client: number;
  serial: number;
  text: string;
  state: "waiting" | "done";
  server: number;
  result: string;
}

export type Goal = "leader" | "commit" | "violation" | "next-mark" | "previous-mark" | "interesting";

/** What can be asked of a run without moving or changing it. Every question throws an Error with a clear sentence on bad input. */
export interface Reading {
  /** The state at the cursor as one flat array; layout in frame.ts. */
  frame(): Float64Array;
  timeUs(): number;
  edgeUs(): number;
  canUndo(): boolean;
  canRedo(): boolean;
  branches(): Branch[];
  settings(): Settings;
  server(id: number): ServerView;
  /** null once it is no longer in flight. */
  message(id: number): MessageView | null;
  /** Rows in ring order, entries `first..=last`. */
  logs(first: number, last: number): LogRow[];
  /** The newest `limit` lines at or before the cursor, newest first; `topics` empty means all. */
  feed(limit: number, topics: string[]): FeedLine[];
  story(): Story | null;
  tape(): Tape;
  violations(): Violation[];
  /** A summary of the cluster in a few sentences, for the text alternative and "describe now". */
  describe(): string;
  /** The run as the text of a link's fragment value (versioned, with its digest). */
  link(): string;
}

/** The wasm class, as the engine sees it. Every method throws an Error with a clear sentence on bad input. */
export interface Lab extends Reading {
  free(): void;
  /** Changes whenever anything but the passing of time has changed. */
  revision(): number;
  /** Number of events before the cursor. */
  event(): number;
  /** Moves to a time, simulating at most `maxEvents`; true once there (or stopped by a violation). Throws a sentence if too much waits for the run to go on. */
  seek(timeUs: number, maxEvents: number): boolean;
  seekEvent(event: number, maxEvents: number): boolean;
  /** One event forward or back; false where there is none. */
  step(): boolean;
  stepBack(): boolean;
  /** Runs until the goal is met, at most `maxEvents`; "met", "more" (call again) or "none" (nothing of the kind within a minute of simulated time). */
  runUntil(goal: Goal, maxEvents: number): "met" | "more" | "none";
  /** The reader's command in its text form, at the cursor. In the past it forks the run. */
  apply(command: string): void;
  /** What was played beyond this time only to look ahead is forgotten: for the reader it has not happened. */
  forgetAfter(timeUs: number): void;
  undo(): boolean;
  redo(): boolean;
  switchTo(branch: number): void;
  /** Goes back to the start with all rules on, no mistake made and the same commands, in a branch of its own. */
  restartWithAllRules(): void;
  clients(): OpClient[];
  /** Go on after a violation stopped the run. */
  goOn(): void;
  /** Hash of the world at the cursor. */
  digest(): string;
  /** The run as a file. */
  file(): string;
}

/** A saved run that is being opened, piece by piece: it may be long, and made by anybody. */
export interface Opening {
  /** Plays at most `maxEvents`; true once there. Throws a sentence if the run is too long or too heavy, or the digest differs. */
  play(maxEvents: number): boolean;
  /** The run, once it is there. The opening is used up. */
  lab(): Lab;
  free(): void;
}

/** What the wasm module offers besides `Lab`. */
export interface Engine {
  open(setup: Setup): Lab;
  /** From a link's fragment value or a file's text. Throws a clear sentence if it cannot be read. */
  openRun(text: string): Opening;
  scenarios(): ScenarioInfo[];
  /** Throws a clear sentence if the quarry cannot be hunted. */
  hunt(quarry: Quarry): Hunt;
  experiments(): ExperimentInfo[];
  /** Throws a clear sentence if a setting is wrong. */
  experiment(commission: Commission): Experiment;
}

/** Something that can be measured. */
export interface ExperimentInfo {
  name: string;
  title: string;
  about: string;
  section: string;
  /** What can vary from curve to curve, the first by default; empty if that is fixed. */
  by: string[];
  /** Trials of a curve if nothing else is said. */
  trials: number;
  /** The first is what the curves show at first. */
  measures: MeasureInfo[];
}

export interface MeasureInfo {
  id: string;
  title: string;
  unit: "us" | "count" | "bytes";
}

/** An experiment with the reader's settings: all that its numbers follow from. */
export interface Commission {
  name: string;
  /** "latency=5ms", "by=latency" */
  set: string[];
  /** Undefined for the experiment's own number. */
  trials: number | undefined;
  seed: string;
}

export interface Plan {
  experiment: ExperimentInfo;
  /** All that the curves have in common. */
  parameters: { key: string; value: string }[];
  curves: CurveInfo[];
}

export interface CurveInfo {
  panel: string;
  name: string;
  trials: number;
  /** After so much simulated time a trial is given up. */
  horizonUs: number;
  published: PublishedCurve | null;
}

/** What was published: the quantiles of these shares in percent. */
export interface PublishedCurve {
  trials: number;
  meanUs: number;
  shares: number[];
  quantilesUs: number[];
}

/** What a measure of a curve came to; times in microseconds. */
export interface Summary {
  measure: string;
  finished: number;
  mean: number;
  ci95: number;
  min: number;
  p10: number;
  median: number;
  p90: number;
  p99: number;
  max: number;
}

/** An experiment, played a few trials at a time. Values are kept by whoever plays them. */
export interface Experiment {
  plan(): Plan;
  /** A value for each measure of each trial, NaN if it was given up. */
  play(curve: number, first: number, count: number): Float64Array;
  /** A trial as a saved run: for `openRun`. */
  trial(curve: number, trial: number): string;
  /** What the played trials of a curve come to, measure by measure. */
  summary(values: Float64Array): Summary[];
  /** What values come to: those of all curves one after another, so many played trials of each. */
  csv(values: Float64Array, played: Uint32Array): string;
  object(values: Float64Array, played: Uint32Array): unknown;
  free(): void;
}

/** What is hunted for: a run in which switched-off rules do harm. */
export interface Quarry {
  /** Ids of rules that are off, besides those that are off in `from`. */
  without: string[];
  /** Ids of mistakes that are made, besides those that are made in `from`. */
  making: string[];
  /** Id of the promise that is to be broken; any, if left out. */
  property?: string;
  /** Size of the cluster that the search begins with; chosen for the rule, if left out. */
  servers?: number;
  /** A saved run or a link: can this go wrong from where it was looked at? */
  from?: string;
  /** The seeds of this hunt: `count` of them from `first` on. */
  first: number;
  count: number;
}

/** A hunt in slices. Of several over disjoint ranges the lowest seed wins, once all below it have been tried. */
export interface Hunt {
  /** Goes on until about so many events have been played. */
  advance(maxEvents: number): HuntProgress;
  /** The story, once the hunt is done; null if there is none. */
  result(): HuntResult | null;
  free(): void;
}

export interface HuntProgress {
  /** Seeds that were tried to their end, and events that were played. */
  seeds: number;
  events: number;
  /** The seed that does harm; from then on the story gets shorter. */
  found: number | null;
  /** Commands of the story so far. */
  steps: number | null;
  done: boolean;
}

export interface HuntResult {
  seed: number;
  /** Id of the promise that is broken, or "" if the harm is terms or time that is lost; the account says how much. */
  property: string;
  servers: number;
  steps: number;
  /** What led to the harm, in at most ten sentences. */
  account: string[];
  /** The story as a scenario; "" if it goes on from a run. */
  scenario: string;
  /** The story as a saved run, looked at right before the harm: for `openRun`. */
  run: string;
}

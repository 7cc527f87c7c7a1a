/**
 * Proves to the compiler that the hand-written types and those made from the Rust twins name the same things.
 * Nothing here exists at run time. The hand-written ones say more: which words a string can be, and what it means.
 */
import type * as glue from "../../pkg/raft_wasm.js";
import type * as page from "./types.ts";

/** true, or the names that only one side has. */
type SameKeys<Page, Rust> = [keyof Page, keyof Rust] extends [keyof Rust, keyof Page]
  ? true
  : { onlyPage: Exclude<keyof Page, keyof Rust>; onlyRust: Exclude<keyof Rust, keyof Page> };

/** The page's type is one that the Rust side could have made. */
type Fits<Page, Rust> = Page extends Rust ? true : { page: Page; doesNotFit: Rust };

type Both<Page, Rust> = [SameKeys<Page, Rust>, Fits<Page, Rust>];
type Proved = [true, true];

export type Twins = {
  setup: Expect<Both<Required<page.Setup>, Required<glue.Setup>>>;
  scenario: Expect<Both<page.ScenarioInfo, glue.ScenarioInfo>>;
  settings: Expect<Both<page.Settings, glue.Settings>>;
  switches: Expect<Both<page.SwitchInfo, glue.SwitchInfo>>;
  server: Expect<Both<page.ServerView, glue.ServerView>>;
  message: Expect<Both<page.MessageView, glue.MessageView>>;
  cell: Expect<Both<page.EntryCell, glue.EntryCell>>;
  row: Expect<Both<page.LogRow, glue.LogRow>>;
  line: Expect<Both<page.FeedLine, glue.FeedLine>>;
  story: Expect<Both<page.Story, glue.Story>>;
  tape: Expect<Both<page.Tape, glue.Tape>>;
  violation: Expect<Both<page.Violation, glue.ViolationView>>;
  branch: Expect<Both<page.Branch, glue.BranchView>>;
  huntProgress: Expect<Both<page.HuntProgress, glue.HuntProgress>>;
  huntResult: Expect<Both<page.HuntResult, glue.HuntResult>>;
  hunt: Expect<Exclude<keyof page.Hunt, keyof glue.Hunt> extends never ? Proved : never>;
  experimentInfo: Expect<Both<page.ExperimentInfo, glue.ExperimentView>>;
  measure: Expect<Both<page.MeasureInfo, glue.MeasureView>>;
  plan: Expect<Both<page.Plan, glue.PlanView>>;
  curve: Expect<Both<page.CurveInfo, glue.CurveView>>;
  published: Expect<Both<page.PublishedCurve, glue.PublishedView>>;
  summary: Expect<Both<page.Summary, glue.SummaryView>>;
  experiment: Expect<Exclude<keyof page.Experiment, keyof glue.Experiment> extends never ? Proved : never>;
  client: Expect<Both<page.OpClient, glue.OpClient>>;
  /** Every method of the page's Lab is there; the constructor's and the disposal's own names aside. */
  lab: Expect<Exclude<keyof page.Lab, keyof glue.Lab> extends never ? Proved : never>;
  opening: Expect<Exclude<keyof page.Opening, keyof glue.Opening> extends never ? Proved : never>;
};

type Expect<T extends Proved> = T;

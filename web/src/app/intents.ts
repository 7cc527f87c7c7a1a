/**
 * What the reader can want. Panels, keys, pointers and the element's methods all speak this one language;
 * only `act.ts` understands it.
 */
import type { FeedLine, Goal, Setup } from "../engine/types.ts";
import type { Target } from "../scene/view.ts";
import type { EntryStep } from "./entries.ts";
import type { MeasureForm, Picked } from "./measure.ts";

export type Tool = "select" | "fence" | "cut" | "timeout" | "crash";
export type Tab = "feed" | "inspector" | "faults";
/** On narrow screens one of these covers the lower half of the stage. */
export type Sheet = "story" | "logs" | "feed" | "inspector" | "faults" | "more" | null;
export type DialogName = "scenario" | "measure" | "rules" | "share" | "embed" | "help";
export type ThemeName = "auto" | "light" | "dark" | "contrast";
export type Guide = "crash-leader" | "cut-follower" | "two-candidates";
export type Topic = FeedLine["topic"];
/** A hunt for what this rule is for, or this mistake does; or, if it is "here", for what can go wrong from the moment at hand. */
export type Quest = { rule: string } | { mistake: string } | "here";

type Plain =
  | "play"
  | "pause"
  | "toggle-play"
  | "step"
  | "step-back"
  | "to-start"
  | "to-edge"
  | "faster"
  | "slower"
  | "undo"
  | "redo"
  | "with-all-rules"
  | "reset"
  | "new-seed"
  | "go-on"
  | "start-again"
  | "run-before"
  | "load-engine"
  | "hunt-on"
  | "hunt-stop"
  | "hunt-close"
  | "open-story"
  | "measure"
  | "measure-stop"
  | "describe"
  | "earlier"
  | "escape"
  | "next-server";

export type Intent =
  | { kind: Plain }
  | { kind: "seek"; timeUs: number }
  | { kind: "seek-by"; us: number }
  | { kind: "seek-share"; share: number }
  | { kind: "seek-event"; event: number }
  | { kind: "run-until"; goal: Goal }
  | { kind: "speed"; speed: number }
  | { kind: "skip-idle"; on: boolean }
  | { kind: "command"; text: string }
  | { kind: "select"; target: Target | null; menu?: boolean }
  | { kind: "tool"; tool: Tool }
  | { kind: "tab"; tab: Tab }
  | { kind: "sheet"; sheet: Sheet }
  | { kind: "topic"; topic: Topic }
  | { kind: "dialog"; dialog: DialogName | null }
  | { kind: "find"; text: string }
  | { kind: "next-entry"; step: EntryStep }
  | { kind: "open"; setup: Setup }
  | { kind: "open-run"; text: string }
  | { kind: "switch-to"; branch: number }
  | { kind: "hunt"; quest: Quest }
  | { kind: "measure-form"; change: Partial<MeasureForm> }
  | { kind: "measure-show"; measure: number }
  | { kind: "measure-pick"; picked: Picked | null }
  | { kind: "measure-keep"; on: boolean }
  | { kind: "open-trial"; curve: number; trial: number }
  | { kind: "theme"; theme: ThemeName }
  | { kind: "notice"; text: string; lasting?: true }
  | { kind: "dismiss"; notice: number }
  | { kind: "guide"; guide: Guide }
  | { kind: "scroll-logs"; first: number | null };

export type Send = (intent: Intent) => void;

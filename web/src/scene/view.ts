/** What the reader has chosen to see, as far as it changes the picture of the stage. */
import type { Point } from "./shapes.ts";

/** Something on the canvas that can be pointed at. A client's id is 1000 + its number. */
export type Target =
  | { kind: "server"; id: number }
  | { kind: "message"; id: number }
  | { kind: "client"; id: number }
  | { kind: "link"; from: number; to: number }
  | { kind: "entry"; server: number; index: number };

export type Tool = "select" | "fence" | "cut" | "timeout" | "crash";

export interface StageView {
  widthCss: number;
  heightCss: number;
  selected: Target | null;
  hovered: Target | null;
  /** What has the keyboard's focus, if the focus should show. */
  focused: Target | null;
  /** Arrows instead of travel. */
  reducedMotion: boolean;
  tool: Tool;
  /** The fence while it is being drawn. */
  fenceDraft: Point[] | null;
  /** The cut while it is being drawn, from a server to the pointer. */
  cutDraft: { from: number; to: Point } | null;
  /** Groups of the partition in force; empty if there is none. */
  partition: number[][];
  /** One-way cuts in force, [from, to]. */
  cuts: [number, number][];
  /** How many rules are switched off. */
  departures: string;
  /** Servers that hold the two facts that contradict each other; empty if none. */
  violationServers: number[];
  /** Larger text and thicker lines. */
  projector: boolean;
  /** Simulated seconds in a real one. */
  speed: number;
}

export function sameTarget(a: Target | null, b: Target | null): boolean {
  if (a === null || b === null || a.kind !== b.kind) return a === b;
  if (a.kind === "link" && b.kind === "link") return a.from === b.from && a.to === b.to;
  if (a.kind === "entry" && b.kind === "entry") return a.server === b.server && a.index === b.index;
  return "id" in a && "id" in b && a.id === b.id;
}

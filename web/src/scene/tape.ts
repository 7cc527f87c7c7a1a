/** The time line: what happened when, over all that has been simulated. */
import type { Tape } from "../engine/types.ts";
import type { Scene } from "./shapes.ts";

export interface TapeView {
  widthCss: number;
  heightCss: number;
  /** The time at the left end, and at the right end. */
  fromUs: number;
  toUs: number;
  nowUs: number;
  /** Simulated up to here. */
  edgeUs: number;
  hoverUs: number | null;
  reducedMotion: boolean;
}

export function tapeScene(tape: Tape, view: TapeView): Scene {
  void tape, void view;
  return { shapes: [], places: [] };
}

/** The time under a point of the tape, in microseconds, within its ends. */
export function timeAt(x: number, view: TapeView): number {
  return view.fromUs + Math.min(1, Math.max(0, x / view.widthCss)) * (view.toUs - view.fromUs);
}

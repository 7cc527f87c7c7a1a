/** The logs of all servers, aligned by index. */
import type { LogRow } from "../engine/types.ts";
import type { Scene } from "./shapes.ts";
import type { Target } from "./view.ts";

export interface LogsView {
  widthCss: number;
  heightCss: number;
  rows: LogRow[];
  /** Index in the leftmost column. */
  firstIndex: number;
  /** How many columns; see `columnsFor`. */
  columns: number;
  /** The server whose next and match are shown; 0 if there is none. */
  leader: number;
  selected: Target | null;
  hovered: Target | null;
  focused: Target | null;
}

import type { Frame } from "../engine/frame.ts";
export function logsScene(frame: Frame, view: LogsView): Scene {
  void frame, void view;
  return { shapes: [], places: [] };
}

/** How many columns of entries fit beside the names. */
export function columnsFor(widthCss: number): number {
  return Math.max(3, Math.floor((widthCss - 180) / 60));
}

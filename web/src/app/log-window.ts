/**
 * Which entries of the logs are shown. As long as nobody has scrolled, the window sees to it that the leader's commit
 * index and what it sends next stay in view together with the newest entry, with narrower columns if it must be.
 */
import type { Frame } from "../engine/frame.ts";
import type { LogRow } from "../engine/types.ts";
import { leaderOf } from "./model.ts";

/** How many columns fit: as wide as is good to read, and as narrow as is bearable. */
export interface Columns {
  good: number;
  most: number;
}

export interface LogWindow {
  first: number;
  last: number;
}

/** The window that the reader has scrolled to. */
export function windowFrom(first: number, columns: Columns, lastIndex: number): LogWindow {
  const newest = Math.max(1, lastIndex - columns.good + 1);
  const from = Math.min(Math.max(1, first), newest);
  return { first: from, last: from + columns.good - 1 };
}

/** The window that follows what happens. */
export function windowFollowing(frame: Frame, rows: readonly LogRow[], columns: Columns): LogWindow {
  const newest = frame.lastIndexMax;
  const from = places(frame, rows).find((index) => newest - index + 1 <= columns.most);
  // So much waits to be committed that the newest entries have no room: what is worked at now is more to see.
  if (from === undefined) return wide(Math.max(1, frontier(frame)), columns.most);
  const wanted = newest - from + 1;
  if (wanted <= columns.good) return wide(Math.max(1, newest - columns.good + 1), columns.good);
  return wide(from, STEPS.map((step) => stepped(columns, step)).find((count) => count >= wanted) ?? columns.most);
}

/** Columns get narrower in a few steps, so that they do not quiver with every entry. */
const STEPS = [1 / 3, 2 / 3] as const;

function stepped({ good, most }: Columns, share: number): number {
  return Math.round(good + (most - good) * share);
}

function wide(first: number, columns: number): LogWindow {
  return { first, last: first + columns - 1 };
}

/** Where something goes on, with the entry before it, the earliest first; servers that are down or paused catch up later. */
function places(frame: Frame, rows: readonly LogRow[]): number[] {
  const awake = new Set(frame.servers.filter((s) => s.up && !s.paused).map((s) => s.id));
  const next = rows.filter((row) => awake.has(row.server) && row.nextIndex > 0).map((row) => row.nextIndex - 1);
  return [...next, frontier(frame)].map((index) => Math.max(1, index)).sort((a, b) => a - b);
}

/** The last entry that the leader, or without one anybody, counts as committed. */
function frontier(frame: Frame): number {
  const leader = leaderOf(frame);
  return frame.servers.find((server) => server.id === leader)?.commitIndex ?? frame.committed;
}

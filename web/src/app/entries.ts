/** From entry to entry of the drawn logs, for those who have no pointer. */
import type { LogRow } from "../engine/types.ts";
import { cellLabel, name } from "./labels.ts";
import { leaderOf, type Model } from "./model.ts";

export interface EntryPlace {
  server: number;
  index: number;
}

/** So many entries later and so many logs further down. */
export interface EntryStep {
  later: number;
  down: number;
}

/** Where a step leads; null if no log has an entry. Without an entry at hand it is the newest one of the leader's log. */
export function entryAfter(model: Model, step: EntryStep): EntryPlace | null {
  const rows = model.logs.rows.filter((row) => row.lastIndex >= row.firstIndex);
  const { selected } = model.view;
  if (selected?.kind !== "entry") {
    const row = rows.find((r) => r.server === leaderOf(model.frame)) ?? rows[0];
    return row ? { server: row.server, index: row.lastIndex } : null;
  }
  const row = rowAfter(rows, selected.server, step.down);
  if (row === undefined) return null;
  const index = Math.min(Math.max(selected.index + step.later, row.firstIndex), row.lastIndex);
  return { server: row.server, index };
}

/** Logs without entries are passed over. */
function rowAfter(rows: readonly LogRow[], server: number, down: number): LogRow | undefined {
  if (down > 0) return rows.find((r) => r.server > server) ?? rows.at(-1);
  if (down < 0) return rows.filter((r) => r.server < server).at(-1) ?? rows[0];
  return rows.find((r) => r.server === server) ?? rows[0];
}

/** "Entry 3 of S1: x=4, term 2, committed" */
export function entryLabel(model: Model, { server, index }: EntryPlace): string {
  const cell = model.logs.rows.find((r) => r.server === server)?.cells.find((c) => c.index === index);
  if (cell === undefined) return `${name(server)} has no entry ${index} here.`;
  return `Entry ${index} of ${name(server)}: ${cellLabel(cell)}`;
}

/**
 * When the live region speaks. Bursts are dropped rather than queued: what is
 * said late is wrong by then. The element asks only while focus is inside it.
 */
import type { FeedLine, Tape } from "../engine/types.ts";

export interface Speech {
  last: string;
  saidAtMs: number;
}

export const silent: Speech = { last: "", saidAtMs: Number.NEGATIVE_INFINITY };

/** While the run plays, at most one sentence in this time. */
export const QUIET_MS = 3000;

/** `pressing`: the answer to something the reader just did, which is never held back. */
export function maySay(speech: Speech, sentence: string, nowMs: number, pressing: boolean): boolean {
  if (sentence === "") return false;
  return pressing || (sentence !== speech.last && nowMs - speech.saidAtMs >= QUIET_MS);
}

/**
 * The newest of what happened after an event and is worth saying while the run plays: a line whose event has a mark on
 * the tape, such as a new leader or a crash, before any other; and up to which event that is all.
 */
export function newest(
  feed: readonly FeedLine[],
  marks: Tape["marks"],
  after: number,
): { sentence: string; upto: number } | null {
  const fresh = feed.filter(
    ({ event, topic }) => event > after && (topic === "election" || topic === "commit" || topic === "fault"),
  );
  const first = fresh[0];
  if (first === undefined) return null;
  const marked = new Set<number>();
  for (let at = marks.length - 1; at >= 0; at--) {
    const mark = marks[at];
    if (mark === undefined || mark.event <= after) break;
    if (mark.kind !== "request" && mark.kind !== "commit") marked.add(mark.event);
  }
  const line = fresh.find(({ event }) => marked.has(event)) ?? first;
  return { sentence: line.sentence, upto: first.event };
}

/**
 * When the live region speaks. Bursts are dropped rather than queued: what is
 * said late is wrong by then. The element asks only while focus is inside it.
 */
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

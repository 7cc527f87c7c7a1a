/**
 * The tape as far as the reader has come. Looking ahead for something may simulate a minute in vain; were all of it
 * shown, what happened so far would shrink to a sliver at the left end.
 */
import type { Tape } from "../engine/types.ts";

export function tapeUpTo(tape: Tape, edgeUs: number): Tape {
  const terms = tape.terms.filter((term) => term.fromUs <= edgeUs);
  const last = terms.at(-1);
  // The tape is read when something happens; between events the last term goes on all the same.
  if (last !== undefined) terms[terms.length - 1] = { ...last, toUs: edgeUs };
  // An hour has thousands of marks, and mostly all of them are behind the edge.
  const marks = edgeUs >= tape.edgeUs ? tape.marks : tape.marks.filter((mark) => mark.timeUs <= edgeUs);
  return { edgeUs, terms, marks };
}

/** How far the reader has come after moving to `timeUs`, in a run that is simulated up to `simulatedUs`. */
export function reached(beforeUs: number, timeUs: number, simulatedUs: number): number {
  return Math.min(Math.max(beforeUs, timeUs), simulatedUs);
}

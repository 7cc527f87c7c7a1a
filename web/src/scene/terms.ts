/** Which colour and pattern a term has. Never shown without the term's number. */
import type { Paint, TermSlot } from "./shapes.ts";
import { TERM_SLOTS } from "./shapes.ts";

export interface TermPaint {
  slot: TermSlot;
  strong: Paint;
  pale: Paint;
  on: Paint;
}

const slots: readonly TermSlot[] = [1, 2, 3, 4, 5, 6];
const TERMS: readonly TermPaint[] = slots.map((slot) => ({
  slot,
  strong: `term-${slot}`,
  pale: `term-${slot}-pale`,
  on: `term-${slot}-on`,
}));

/** Colours of a term, null before the first term. */
export function termPaint(term: number): TermPaint | null {
  return term > 0 ? (TERMS[(term - 1) % TERM_SLOTS] ?? null) : null;
}

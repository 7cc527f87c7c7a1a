/**
 * How wide a text will be, without asking a canvas: the scene is pure, and laying labels out only needs a
 * careful guess. The widths are those of the widest common system font, so that a guess errs on the wide side.
 */
import type { ServerFrame } from "../engine/frame.ts";
import type { TextSize } from "./shapes.ts";

/** Width of a character as a share of the text size. */
const NARROW = new Set("ijlI.,:;'|!·()[] ft-1".split(""));
const WIDE = new Set("mwMW@%→–…".split(""));

/** Estimated width in CSS pixels. */
export function textWidth(text: string, size: TextSize, bold: boolean): number {
  let em = 0;
  for (const c of text)
    em += NARROW.has(c) ? (c === "1" ? 0.62 : 0.38) : WIDE.has(c) ? 0.92 : c >= "A" && c <= "Z" ? 0.7 : 0.62;
  return em * size * (bold ? 1.08 : 1);
}

/** The text, cut with an ellipsis if it would be wider than `widest` CSS pixels; "" if not even that fits. */
export function fitted(text: string, size: TextSize, bold: boolean, widest: number): string {
  if (textWidth(text, size, bold) <= widest) return text;
  for (let long = text.length - 1; long > 0; long--) {
    const cut = `${text.slice(0, long)}…`;
    if (textWidth(cut, size, bold) <= widest) return cut;
  }
  return "";
}

const SIZES: readonly TextSize[] = [11, 13, 16, 20];

/** The size itself, or the next one up for a projector. */
export function sized(size: TextSize, projector: boolean): TextSize {
  return projector ? (SIZES[SIZES.indexOf(size) + 1] ?? 20) : size;
}

/** "S1–S3, S7": names of servers, with runs of three or more drawn together. */
export function serverNames(ids: readonly number[]): string {
  const sorted = [...ids].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let last = i;
    while (sorted[last + 1] === (sorted[last] ?? 0) + 1) last++;
    if (last - i >= 2) parts.push(`S${sorted[i]}–S${sorted[last]}`);
    else for (let k = i; k <= last; k++) parts.push(`S${sorted[k]}`);
    i = last + 1;
  }
  return parts.join(", ");
}

type Campaign = Pick<ServerFrame, "votes" | "votesNeeded" | "joint">;

/** "2 of 3"; of a joint configuration "1 of 2 and 2 of 3", the old servers first. */
export function votes({ votes, votesNeeded, joint }: Campaign): string {
  if (joint === null) return `${votes} of ${votesNeeded}`;
  const { old, next } = joint;
  return `${old.votes} of ${old.needed} and ${next.votes} of ${next.needed}`;
}

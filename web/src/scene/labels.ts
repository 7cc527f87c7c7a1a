/** Short blocks of text that stand beside something, on a given side of it. */
import type { Paint, Point, TextShape, TextSize } from "./shapes.ts";
import { textWidth } from "./text.ts";

export interface Line {
  text: string;
  size: TextSize;
  bold: boolean;
  colour: Paint;
}

export interface Box {
  x: number;
  y: number;
  wide: number;
  high: number;
}

/** Height of a line as a share of its text size. */
const LEADING = 1.3;

/**
 * Lines of text that touch `anchor` and lie on its side towards `side` (a direction of length 1): above it,
 * centred, when `side` points up; to its right, flush left, when it points right; in between, in between.
 */
export function block(lines: readonly Line[], anchor: Point, side: Point): TextShape[] {
  const wide = Math.max(...lines.map((line) => textWidth(line.text, line.size, line.bold)));
  const high = lines.reduce((sum, line) => sum + line.size * LEADING, 0);
  const align = side.x > 0.4 ? "left" : side.x < -0.4 ? "right" : "center";
  // The true width is unknown, so the flush edge is what is placed exactly.
  const slide = (Math.max(0, 1 - 1.6 * Math.abs(side.x)) * wide) / 2;
  const x = anchor.x + (align === "center" ? (side.x * wide) / 2 : align === "left" ? -slide : slide);
  let top = anchor.y + (side.y * high) / 2 - high / 2;
  return lines.map((line) => {
    const y = top + (line.size * LEADING) / 2;
    top += line.size * LEADING;
    return { kind: "text", at: { x, y }, align, ...line };
  });
}

/** The box a text fills, by estimate. */
export function boxOf(text: TextShape): Box {
  const wide = Math.min(text.widest ?? Number.POSITIVE_INFINITY, textWidth(text.text, text.size, text.bold));
  const left = text.align === "left" ? 0 : text.align === "center" ? wide / 2 : wide;
  return { x: text.at.x - left, y: text.at.y - text.size * 0.5, wide, high: text.size };
}

/** The box with so much more on each side. */
export function grown({ x, y, wide, high }: Box, by: number): Box {
  return { x: x - by, y: y - by, wide: wide + 2 * by, high: high + 2 * by };
}

export function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.wide && b.x < a.x + a.wide && a.y < b.y + b.high && b.y < a.y + a.high;
}

/** Whether a box comes within `radius` of a point. */
export function touches(box: Box, at: Point, radius: number): boolean {
  const dx = Math.max(box.x - at.x, 0, at.x - box.x - box.wide);
  const dy = Math.max(box.y - at.y, 0, at.y - box.y - box.high);
  return dx * dx + dy * dy < radius * radius;
}

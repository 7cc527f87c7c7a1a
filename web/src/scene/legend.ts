/** What the shapes mean, in one quiet line; and, where terms are not written at every server, what terms there are. */
import type { Frame, MessageKind } from "../engine/frame.ts";
import { messageLook } from "./messages.ts";
import type { Shape } from "./shapes.ts";
import { termPaint } from "./terms.ts";
import { textWidth } from "./text.ts";

const SIZE = 11;
const KINDS: readonly [MessageKind, string][] = [
  ["append", "AppendEntries"],
  ["append-reply", "reply"],
  ["vote", "RequestVote"],
  ["vote-reply", "vote"],
];

/** Flush right, ending at (x, y). */
export function legendShapes(x: number, y: number): Shape[] {
  const shapes: Shape[] = [];
  let right = x;
  const words = (text: string): void => {
    shapes.push({ kind: "text", at: { x: right, y }, text, size: SIZE, bold: false, align: "right", colour: "muted" });
    right -= textWidth(text, SIZE, false);
  };
  for (const [kind, name] of [...KINDS].reverse()) {
    words(name);
    const look = messageLook(kind);
    right -= 10;
    shapes.push({
      kind: "glyph",
      name: look.name,
      at: { x: right, y },
      size: 5,
      turn: look.backwards ? 0.5 : 0,
      fill: look.filled ? "muted" : "paper",
      stroke: "muted",
      width: 1.4,
      dash: look.dash,
    });
    right -= 20;
  }
  return shapes;
}

/** Swatches of the terms that servers are in, newest first, flush left. */
export function termKey(frame: Frame, x: number, y: number): Shape[] {
  const counts = new Map<number, number>();
  for (const server of frame.servers) if (server.up) counts.set(server.term, (counts.get(server.term) ?? 0) + 1);
  const shapes: Shape[] = [];
  let left = x;
  for (const [term, count] of [...counts].sort((a, b) => b[0] - a[0]).slice(0, 4)) {
    const paint = termPaint(term);
    shapes.push({
      kind: "rect",
      at: { x: left, y: y - 6 },
      wide: 18,
      high: 12,
      radius: 3,
      fill: paint?.strong ?? "track",
      ...(paint ? { pattern: paint.slot } : {}),
      stroke: null,
    });
    const text = `term ${term}: ${count} ${count === 1 ? "server" : "servers"}`;
    shapes.push({
      kind: "text",
      at: { x: left + 24, y },
      text,
      size: SIZE,
      bold: false,
      align: "left",
      colour: "muted",
    });
    left += 24 + textWidth(text, SIZE, false) + 16;
  }
  return shapes;
}

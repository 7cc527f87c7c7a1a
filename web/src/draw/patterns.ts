/**
 * The six patterns of the terms, drawn from code.
 *
 * On a strong term colour the pattern is drawn in the opposite of the text's colour, so that it never makes the
 * text harder to read; on a tint it is drawn in the term's own colour.
 */
import type { Paint, TermSlot } from "../scene/shapes.ts";
import type { Theme } from "./theme.ts";

/** Side of the repeated tile in CSS pixels. */
const TILE = 8;

interface Cache {
  theme: Theme;
  scale: number;
  patterns: Map<string, CanvasPattern | null>;
}

const caches = new WeakMap<CanvasRenderingContext2D, Cache>();

/** The pattern to lay over a fill, in device pixels; made once for each theme and scale. */
export function patternOver(
  context: CanvasRenderingContext2D,
  fill: Paint,
  slot: TermSlot,
  theme: Theme,
  scale: number,
): CanvasPattern | null {
  let cache = caches.get(context);
  if (cache?.theme !== theme || cache.scale !== scale) {
    cache = { theme, scale, patterns: new Map() };
    caches.set(context, cache);
  }
  const name = `${slot} ${fill}`;
  const known = cache.patterns.get(name);
  if (known !== undefined) return known;
  const made = make(context, fill, slot, theme, scale);
  cache.patterns.set(name, made);
  return made;
}

function make(
  context: CanvasRenderingContext2D,
  fill: Paint,
  slot: TermSlot,
  theme: Theme,
  scale: number,
): CanvasPattern | null {
  const side = Math.max(4, Math.round(TILE * scale));
  const tile = tileOf(context, side);
  const pen = tile?.getContext("2d");
  if (!tile || !pen) return null;
  const strong = fill === `term-${slot}`;
  const colour = strong ? opposite(theme.colours[`term-${slot}-on`], theme) : theme.colours[`term-${slot}`];
  pen.strokeStyle = colour;
  pen.fillStyle = colour;
  pen.globalAlpha = strong ? 0.2 : 0.24;
  pen.lineWidth = side / TILE;
  stroke(pen, slot, side);
  return context.createPattern(tile, "repeat");
}

/** A canvas of the same document, because one of its own would not know the reader's system colours. */
function tileOf(context: CanvasRenderingContext2D, side: number): HTMLCanvasElement | null {
  const tile = context.canvas.ownerDocument?.createElement("canvas");
  if (!tile) return null;
  tile.width = side;
  tile.height = side;
  return tile;
}

/** Light for dark text and dark for light text; a system colour says neither, so the faint one is taken. */
function opposite(text: string, theme: Theme): string {
  if (!/^#[0-9a-f]{6}$/i.test(text)) return theme.colours.track;
  return Number.parseInt(text.slice(1, 3), 16) > 127 ? "#000000" : "#ffffff";
}

function stroke(pen: CanvasRenderingContext2D, slot: TermSlot, side: number): void {
  const line = (x1: number, y1: number, x2: number, y2: number): void => {
    pen.moveTo(x1 * side, y1 * side);
    pen.lineTo(x2 * side, y2 * side);
  };
  const dot = (x: number, y: number): void => {
    pen.moveTo((x + 0.16) * side, y * side);
    pen.arc(x * side, y * side, 0.16 * side, 0, 2 * Math.PI);
  };
  pen.beginPath();
  switch (slot) {
    case 1:
      // Rising. Each line is drawn on into the neighbouring tiles, so that corners join.
      for (const shift of [-1, 0, 1]) line(shift, 1, shift + 1, 0);
      pen.stroke();
      break;
    case 2:
      dot(0.25, 0.25);
      dot(0.75, 0.75);
      pen.fill();
      break;
    case 3:
      line(0, 0.25, 1, 0.25);
      line(0, 0.75, 1, 0.75);
      pen.stroke();
      break;
    case 4:
      for (const shift of [-1, 0, 1]) line(shift, 0, shift + 1, 1);
      pen.stroke();
      break;
    case 5:
      line(0, 0.5, 1, 0.5);
      line(0.5, 0, 0.5, 1);
      pen.stroke();
      break;
    case 6:
      line(0.25, 0, 0.25, 1);
      line(0.75, 0, 0.75, 1);
      pen.stroke();
      break;
    default:
      slot satisfies never;
  }
}

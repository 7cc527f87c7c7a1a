/** The small signs, drawn from code in a box from -1 to 1. At turn 0 those with a direction point right. */
import type { GlyphName } from "../scene/shapes.ts";

type Pen = Pick<CanvasRenderingContext2D, "moveTo" | "lineTo" | "closePath" | "arc" | "rect" | "bezierCurveTo">;

/** Adds a glyph to the current path, scaled by `size`. */
export function glyphPath(pen: Pen, name: GlyphName, size: number): void {
  const to = (x: number, y: number): void => pen.lineTo(x * size, y * size);
  const from = (x: number, y: number): void => pen.moveTo(x * size, y * size);
  const loop = (flat: readonly number[]): void => {
    from(flat[0] ?? 0, flat[1] ?? 0);
    for (let i = 2; i + 1 < flat.length; i += 2) to(flat[i] ?? 0, flat[i + 1] ?? 0);
    pen.closePath();
  };
  switch (name) {
    case "arrowhead":
      loop([1, 0, -0.8, -0.78, -0.8, 0.78]);
      break;
    case "diamond":
      loop([1, 0, 0, -0.85, -1, 0, 0, 0.85]);
      break;
    case "square":
      loop([-1, -1, 1, -1, 1, 1, -1, 1]);
      break;
    case "circle":
      from(0.8, 0);
      pen.arc(0, 0, 0.8 * size, 0, 2 * Math.PI);
      break;
    case "crown":
      loop([-1, -0.55, -0.45, 0, 0, -0.75, 0.45, 0, 1, -0.55, 0.82, 0.65, -0.82, 0.65]);
      break;
    case "cross":
      from(-1, -1);
      to(1, 1);
      from(1, -1);
      to(-1, 1);
      break;
    case "pause":
      loop([-0.75, -1, -0.2, -1, -0.2, 1, -0.75, 1]);
      loop([0.2, -1, 0.75, -1, 0.75, 1, 0.2, 1]);
      break;
    case "hand":
      hand(loop);
      break;
    case "bolt":
      loop([0.25, -1, -0.65, 0.2, -0.05, 0.2, -0.25, 1, 0.65, -0.2, 0.05, -0.2]);
      break;
    case "flag":
      loop([-0.7, -1, 0.9, -0.5, -0.45, 0, -0.45, 1, -0.7, 1]);
      break;
    case "warning":
      loop([0, -1, 1, 0.8, -1, 0.8]);
      from(0, -0.3);
      to(0, 0.25);
      from(0, 0.48);
      to(0, 0.52);
      break;
    case "chevron":
      from(-0.4, -0.8);
      to(0.4, 0);
      to(-0.4, 0.8);
      break;
    default:
      name satisfies never;
  }
}

/** An open palm: four fingers, a thumb. */
function hand(loop: (flat: readonly number[]) => void): void {
  for (const [x, top] of [
    [-0.52, -0.6],
    [-0.16, -0.95],
    [0.2, -0.85],
    [0.54, -0.5],
  ] as const) {
    loop([x - 0.13, top, x + 0.13, top, x + 0.13, 0.2, x - 0.13, 0.2]);
  }
  loop([-0.65, 0, 0.67, 0, 0.67, 0.45, 0.35, 1, -0.3, 1, -0.95, 0.25, -0.8, 0.05, -0.65, 0.15]);
}

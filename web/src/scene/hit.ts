/** Which thing is under the pointer, answered by the very shapes that were painted. */
import type { Point, Scene, Shape } from "./shapes.ts";
import { textWidth } from "./text.ts";
import type { Target } from "./view.ts";

/**
 * The target at a point: the topmost shape that covers it, else the nearest one within `slackCss`
 * (22 for touch). Servers and messages are often close together, so nearness decides before order.
 */
export function hit(scene: Scene, at: Point, slackCss: number): Target | null {
  let best: Target | null = null;
  let nearest = slackCss;
  for (let i = scene.shapes.length - 1; i >= 0; i--) {
    const shape = scene.shapes[i];
    if (!shape?.target) continue;
    const distance = distanceTo(shape, at);
    if (distance <= 0) return shape.target;
    if (distance < nearest) {
      nearest = distance;
      best = shape.target;
    }
  }
  return best;
}

/** Distance in CSS pixels from a point to a shape; 0 or less inside. */
export function distanceTo(shape: Shape, at: Point): number {
  switch (shape.kind) {
    case "disc":
      return Math.hypot(at.x - shape.at.x, at.y - shape.at.y) - shape.radius;
    case "glyph":
      return Math.hypot(at.x - shape.at.x, at.y - shape.at.y) - shape.size;
    case "arc":
      return Math.abs(Math.hypot(at.x - shape.at.x, at.y - shape.at.y) - shape.radius) - halfWidth(shape.width);
    case "line":
      return toSegment(at, shape.from, shape.to) - halfWidth(shape.width);
    case "segments":
      return toSegments(at, shape.flat) - halfWidth(shape.width);
    case "path":
      return toPath(at, shape.points, shape.closed, shape.fill !== null) - halfWidth(shape.width);
    case "rect":
      return toBox(at, shape.at.x, shape.at.y, shape.wide, shape.high);
    case "text": {
      const wide = textWidth(shape.text, shape.size, shape.bold);
      const left = shape.align === "left" ? 0 : shape.align === "center" ? wide / 2 : wide;
      return toBox(at, shape.at.x - left, shape.at.y - shape.size / 2, wide, shape.size);
    }
    default:
      return shape satisfies never;
  }
}

function halfWidth(width: number | undefined): number {
  return (width ?? 1.5) / 2;
}

function toBox(at: Point, x: number, y: number, wide: number, high: number): number {
  const dx = Math.max(x - at.x, 0, at.x - x - wide);
  const dy = Math.max(y - at.y, 0, at.y - y - high);
  return Math.hypot(dx, dy);
}

function toSegment(at: Point, from: Point, to: Point): number {
  return toSegmentFlat(at, from.x, from.y, to.x, to.y);
}

function toSegmentFlat(at: Point, x1: number, y1: number, x2: number, y2: number): number {
  const dx = x2 - x1;
  const dy = y2 - y1;
  const long = dx * dx + dy * dy;
  const share = long === 0 ? 0 : Math.min(1, Math.max(0, ((at.x - x1) * dx + (at.y - y1) * dy) / long));
  return Math.hypot(at.x - x1 - share * dx, at.y - y1 - share * dy);
}

function toSegments(at: Point, flat: number[]): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 0; i + 3 < flat.length; i += 4) {
    const distance = toSegmentFlat(at, flat[i] ?? 0, flat[i + 1] ?? 0, flat[i + 2] ?? 0, flat[i + 3] ?? 0);
    nearest = Math.min(nearest, distance);
  }
  return nearest;
}

function toPath(at: Point, points: readonly Point[], closed: boolean, filled: boolean): number {
  if (filled && inside(at, points)) return 0;
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = closed ? 0 : 1; i < points.length; i++) {
    const from = points[i === 0 ? points.length - 1 : i - 1];
    const to = points[i];
    if (from && to) nearest = Math.min(nearest, toSegment(at, from, to));
  }
  return nearest;
}

/** Whether a point lies within a polygon (even-odd rule; the last point joins the first). */
export function inside(at: Point, polygon: readonly Point[]): boolean {
  let odd = false;
  let before = polygon[polygon.length - 1];
  for (const point of polygon) {
    if (before && point.y > at.y !== before.y > at.y) {
      const crossing = before.x + ((at.y - before.y) / (point.y - before.y)) * (point.x - before.x);
      if (at.x < crossing) odd = !odd;
    }
    before = point;
  }
  return odd;
}

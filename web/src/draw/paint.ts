/** Paints a scene on a canvas. The only user of the 2D context; knows nothing of servers or messages. */
import type { Dash, Paint, Point, Scene, Shape, TermSlot, TextShape } from "../scene/shapes.ts";
import { glyphPath } from "./glyphs.ts";
import { patternOver } from "./patterns.ts";
import { type Place, placeOf, type Stampable, stampOf } from "./stamps.ts";
import type { Theme } from "./theme.ts";

type Context = CanvasRenderingContext2D;

/** What painting needs to hand down: where, in which colours, how fine. */
interface Brush {
  context: Context;
  /** The context of the canvas that is painted, which keeps patterns and stamps. */
  home: Context;
  theme: Theme;
  scale: number;
  /** The font that is set: setting it is dear, and reading it back gives another spelling. */
  font: string;
}

/**
 * Paints over the whole canvas; `scale` is backing store pixels per CSS pixel. Paper is left transparent. `ground` is
 * a picture of the same size that lies under everything.
 */
export function paint(context: Context, scene: Scene, theme: Theme, scale: number, ground?: HTMLCanvasElement): void {
  const brush = { context, home: context, theme, scale, font: "" };
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  if (ground) context.drawImage(ground, 0, 0);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.lineJoin = "round";
  for (const shape of scene.shapes) {
    context.globalAlpha = shape.alpha ?? 1;
    paintShape(brush, shape);
  }
  context.globalAlpha = 1;
}

function paintShape(brush: Brush, shape: Shape): void {
  const { context } = brush;
  switch (shape.kind) {
    case "disc":
    case "rect":
      paintStampable(brush, shape);
      break;
    case "arc":
      context.beginPath();
      context.arc(shape.at.x, shape.at.y, shape.radius, angle(shape.from), angle(shape.to));
      strokeWith(brush, shape.stroke, shape.width, shape.dash);
      break;
    case "line":
      context.beginPath();
      context.moveTo(shape.from.x, shape.from.y);
      context.lineTo(shape.to.x, shape.to.y);
      strokeWith(brush, shape.stroke, shape.width, shape.dash);
      break;
    case "segments":
      context.beginPath();
      for (let i = 0; i + 3 < shape.flat.length; i += 4) {
        context.moveTo(shape.flat[i] ?? 0, shape.flat[i + 1] ?? 0);
        context.lineTo(shape.flat[i + 2] ?? 0, shape.flat[i + 3] ?? 0);
      }
      strokeWith(brush, shape.stroke, shape.width, shape.dash);
      break;
    case "path":
      tracePath(context, shape.points, shape.closed);
      finish(brush, shape, shape.fill, shape.pattern);
      break;
    case "glyph":
      paintGlyph(brush, shape);
      break;
    case "text":
      paintText(brush, shape);
      break;
    default:
      shape satisfies never;
  }
}

function paintStampable(brush: Brush, shape: Stampable): void {
  const { context, home, theme, scale } = brush;
  const place = placeOf(shape, scale);
  const stamp = stampOf(home, shape, place, theme, scale, (pen) => {
    pen.setTransform(scale, 0, 0, scale, -place.left, -place.top);
    pen.lineJoin = "round";
    paintOutline({ ...brush, context: pen }, shape, place);
  });
  if (stamp === null) {
    paintOutline(brush, shape, place);
    return;
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(stamp, place.left, place.top);
  context.setTransform(scale, 0, 0, scale, 0, 0);
}

/** The pattern begins with the shape, so that equal shapes are equal wherever they are. */
function paintOutline(brush: Brush, shape: Stampable, place: Place): void {
  const { context } = brush;
  const { x, y } = shape.at;
  context.beginPath();
  if (shape.kind === "disc") context.arc(x, y, shape.radius, 0, 2 * Math.PI);
  else if (shape.radius > 0) context.roundRect(x, y, shape.wide, shape.high, shape.radius);
  else context.rect(x, y, shape.wide, shape.high);
  finish(brush, shape, shape.fill, shape.pattern, place);
}

/** From turns clockwise from the top to the canvas's radians from the right. */
function angle(turn: number): number {
  return (turn - 0.25) * 2 * Math.PI;
}

function tracePath(context: Context, points: readonly Point[], closed: boolean): void {
  context.beginPath();
  for (const [i, point] of points.entries()) {
    if (i === 0) context.moveTo(point.x, point.y);
    else context.lineTo(point.x, point.y);
  }
  if (closed) context.closePath();
}

function paintGlyph(brush: Brush, shape: Extract<Shape, { kind: "glyph" }>): void {
  const { context, scale } = brush;
  const turn = shape.turn * 2 * Math.PI;
  const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  context.setTransform(cos, sin, -sin, cos, shape.at.x * scale, shape.at.y * scale);
  context.beginPath();
  glyphPath(context, shape.name, shape.size);
  finish(brush, shape, shape.fill, shape.pattern);
  context.setTransform(scale, 0, 0, scale, 0, 0);
}

function finish(
  brush: Brush,
  line: { stroke: Paint | null; width?: number; dash?: Dash },
  fill: Paint | null,
  slot?: TermSlot,
  origin?: Place,
): void {
  const { context, home, theme, scale } = brush;
  if (fill) {
    context.fillStyle = theme.colours[fill];
    context.fill();
    const pattern = slot ? patternOver(home, fill, slot, theme, scale) : null;
    if (pattern) fillPattern(brush, pattern, origin);
  }
  strokeWith(brush, line.stroke, line.width, line.dash);
}

/** Patterns are tiles of device pixels: the path stays where it is, the pattern is laid without scaling. */
function fillPattern({ context, scale }: Brush, pattern: CanvasPattern, origin?: Place): void {
  const [e, f] = origin ? [origin.left / scale, origin.top / scale] : [0, 0];
  pattern.setTransform({ a: 1 / scale, d: 1 / scale, e, f });
  context.fillStyle = pattern;
  context.fill();
}

const DASHES: Record<Dash, readonly [number, number]> = { solid: [0, 0], dashed: [3, 2.2], dotted: [0.02, 2.2] };

function strokeWith({ context, theme }: Brush, stroke: Paint | null, width = 1.5, dash: Dash = "solid"): void {
  if (!stroke) return;
  context.strokeStyle = theme.colours[stroke];
  context.lineWidth = width;
  if (dash === "solid") {
    context.stroke();
    return;
  }
  // Dots are dashes of no length with round ends; both are measured in line widths.
  const [on, off] = DASHES[dash];
  context.lineCap = dash === "dotted" ? "round" : "butt";
  context.setLineDash([on * width, off * width]);
  context.stroke();
  context.setLineDash([]);
  context.lineCap = "butt";
}

/** Middle of the capitals above the baseline, as a share of the size, in nearly every font. */
const HALF_CAPITAL = 0.36;

function paintText(brush: Brush, shape: TextShape): void {
  const { context, theme } = brush;
  const font = fontOf(theme, shape.size, shape.bold);
  if (brush.font !== font) context.font = brush.font = font;
  context.textAlign = shape.align;
  const y = shape.at.y + shape.size * HALF_CAPITAL;
  if (shape.halo) {
    context.strokeStyle = theme.colours.paper;
    context.lineWidth = 3.5;
    context.strokeText(shape.text, shape.at.x, y, shape.widest);
  }
  context.fillStyle = theme.colours[shape.colour];
  context.fillText(shape.text, shape.at.x, y, shape.widest);
}

function fontOf(theme: Theme, size: number, bold: boolean): string {
  return `${bold ? "600 " : ""}${size}px ${theme.font}`;
}

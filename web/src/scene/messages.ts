/** Messages in flight. Shape says the kind, direction the way, colour and number the term. */
import type { MessageFrame, MessageKind } from "../engine/frame.ts";
import { type Box, boxOf, overlap, touches } from "./labels.ts";
import { clientPlace, type Layout, type Tier } from "./layout.ts";
import { crossing } from "./links.ts";
import type { Dash, GlyphName, Paint, Point, ServerPlace, Shape, TextShape } from "./shapes.ts";
import { termPaint } from "./terms.ts";
import { sized } from "./text.ts";
import { type Lane, laneBetween, pointOn, type Travel, travelOf, turnOf } from "./travel.ts";
import { type StageView, sameTarget } from "./view.ts";

/** How a kind of message looks; the legend draws the same. */
export interface MessageLook {
  name: GlyphName;
  filled: boolean;
  backwards: boolean;
  dash: Dash;
}

export function messageLook(kind: MessageKind): MessageLook {
  switch (kind) {
    case "append":
    case "install":
      return { name: "arrowhead", filled: true, backwards: false, dash: "solid" };
    case "append-reply":
    case "install-reply":
      return { name: "arrowhead", filled: false, backwards: true, dash: "solid" };
    case "vote":
      return { name: "diamond", filled: false, backwards: false, dash: "solid" };
    case "vote-reply":
      return { name: "diamond", filled: true, backwards: false, dash: "solid" };
    case "timeout-now":
      return { name: "arrowhead", filled: false, backwards: false, dash: "solid" };
    case "pre-vote":
    case "pre-vote-reply":
      return { name: "diamond", filled: false, backwards: false, dash: "dotted" };
    case "request":
      return { name: "circle", filled: true, backwards: false, dash: "solid" };
    case "request-reply":
      return { name: "circle", filled: false, backwards: false, dash: "solid" };
    default:
      return kind satisfies never;
  }
}

const SIZE: Record<Tier, number> = { large: 8, medium: 6, small: 4 };
const TAIL: Record<Tier, number> = { large: 24, medium: 16, small: 9 };
/** Heartbeats are most of the traffic and the least of the news; the more servers, the fainter. On dark paper less would be too faint to see. */
const HEARTBEAT: Record<Tier, number> = { large: 0.85, medium: 0.65, small: 0.5 };
/** Cells drawn behind an AppendEntries; the label has the true number. */
const CELLS_MOST = 4;

interface Moving {
  message: MessageFrame;
  lane: Lane;
  travel: Travel;
  at: Point;
  size: number;
  colour: Paint;
  alpha: number;
}

/** Shapes of all messages, heartbeats lowest, then their labels as far as they fit between `taken`. */
export function messageShapes(
  messages: readonly MessageFrame[],
  nowUs: number,
  layout: Layout,
  view: StageView,
  taken: Box[],
): Shape[] {
  const moving = messages.flatMap((message): Moving[] => {
    const found = move(message, nowUs, layout, view);
    return found ? [found] : [];
  });
  const quiet = moving.filter(({ message }) => message.heartbeat);
  const loud = moving.filter(({ message }) => !message.heartbeat);
  const shapes: Shape[] = [];
  for (const one of [...quiet, ...loud]) draw(one, layout.tier, view, shapes);
  return [...shapes, ...labels([...loud, ...quiet], layout, view, taken)];
}

function move(message: MessageFrame, nowUs: number, layout: Layout, view: StageView): Moving | null {
  const from = placeOf(message.from, layout, view);
  const to = placeOf(message.to, layout, view);
  if (!from || !to) return null;
  const lane = laneBetween(layout, from, to);
  const travel = travelOf(message, nowUs, view.reducedMotion);
  const faint = message.heartbeat && message.fate === "travelling";
  return {
    message,
    lane,
    travel,
    at: pointOn(lane, travel.share),
    size: SIZE[layout.tier] * (message.heartbeat ? 0.72 : 1) * (view.projector ? 1.3 : 1),
    colour: termPaint(message.term)?.strong ?? "ink",
    alpha: travel.strength * (faint ? HEARTBEAT[layout.tier] : 1),
  };
}

function placeOf(id: number, layout: Layout, view: StageView): ServerPlace | undefined {
  return id >= 1000 ? clientPlace(layout, id, view.widthCss, view.heightCss) : layout.byId.get(id);
}

function draw(one: Moving, tier: Tier, view: StageView, shapes: Shape[]): void {
  const { message, lane, at, size, alpha } = one;
  const target = { kind: "message", id: message.id } as const;
  if (sameTarget(view.selected, target) || sameTarget(view.hovered, target) || sameTarget(view.focused, target)) {
    shapes.push({ kind: "line", from: lane.from, to: lane.to, stroke: "accent", width: 1, dash: "dotted" });
    shapes.push({ kind: "disc", at, radius: size + 6, fill: "paper", stroke: "accent", width: 2 });
  }
  shapes.push(tail(one, tier, view));
  if (message.entries > 0 && message.kind === "append") shapes.push(...wagons(one));
  if (one.travel.broken > 0) {
    shapes.push(...pieces(one, target));
    return;
  }
  shapes.push({ ...glyphOf(one, at), target, label: message.kind });
  if (message.copy > 0)
    shapes.push({ ...glyphOf(one, at), fill: null, size: size + 3.5, width: 1, label: "duplicate" });
  if (message.kind === "pre-vote-reply" && message.ok)
    shapes.push({ kind: "disc", at, radius: size * 0.3, fill: one.colour, stroke: null, alpha });
  if (refuses(message)) shapes.push(bar(one));
  if (message.fate === "held") shapes.push(hand(one));
  if (message.kind === "timeout-now") shapes.push(crown(one));
}

function refuses(message: MessageFrame): boolean {
  return !message.ok && message.kind.endsWith("-reply");
}

function glyphOf(one: Moving, at: Point): Extract<Shape, { kind: "glyph" }> {
  const look = messageLook(one.message.kind);
  return {
    kind: "glyph",
    name: look.name,
    at,
    size: one.size,
    turn: turnOf(one.lane.along) + (look.backwards ? 0.5 : 0),
    fill: look.filled ? one.colour : "paper",
    stroke: one.colour,
    width: one.message.heartbeat ? 1.2 : 1.8,
    dash: look.dash,
    alpha: one.alpha,
  };
}

/** A short line behind it; with reduced motion, the whole way as a still arrow. */
function tail(one: Moving, tier: Tier, view: StageView): Shape {
  const { lane, at, travel } = one;
  const long = Math.min(TAIL[tier] * (one.message.heartbeat ? 0.6 : 1), travel.share * lane.long);
  const behind = { x: at.x - lane.along.x * long, y: at.y - lane.along.y * long };
  const still = view.reducedMotion;
  return {
    kind: "line",
    from: still ? lane.from : behind,
    to: still && one.message.fate === "travelling" ? lane.to : at,
    stroke: one.colour,
    width: (still ? 1.2 : 2) * (view.projector ? 1.5 : 1),
    alpha: one.alpha * 0.5,
  };
}

/** The entries it carries, as small cells drawn along behind it. */
function wagons(one: Moving): Shape[] {
  const { lane, at, size, message } = one;
  const side = size * 0.8;
  const fill = termPaint(message.entryTerm);
  const turn = turnOf(lane.along);
  return Array.from({ length: Math.min(CELLS_MOST, message.entries) }, (_, i) => {
    const back = size + 2 + side + i * (2 * side + 2);
    return {
      kind: "glyph",
      name: "square",
      at: { x: at.x - lane.along.x * back, y: at.y - lane.along.y * back },
      size: side,
      turn,
      fill: fill?.pale ?? "panel",
      stroke: fill?.strong ?? "mark",
      width: 1.5,
      alpha: one.alpha,
    };
  });
}

/** A lost message breaks in two and fades where it was lost. */
function pieces(one: Moving, target: { kind: "message"; id: number }): Shape[] {
  const apart = 2 + one.travel.broken * 7;
  const { along } = one.lane;
  const piece = (way: 1 | -1): Shape => ({
    ...glyphOf(
      { ...one, size: one.size * 0.62 },
      { x: one.at.x - along.y * apart * way, y: one.at.y + along.x * apart * way },
    ),
    target,
    label: "lost",
  });
  return [
    piece(1),
    piece(-1),
    {
      kind: "glyph",
      name: "cross",
      at: one.at,
      size: one.size * 0.55,
      turn: 0,
      fill: null,
      stroke: "danger",
      width: 2,
      alpha: one.alpha,
    },
  ];
}

/** A refusal is barred at its front. */
function bar(one: Moving): Shape {
  const front = one.size + 3;
  const at = { x: one.at.x + one.lane.along.x * front, y: one.at.y + one.lane.along.y * front };
  return {
    kind: "line",
    ...crossing(at, one.lane.along, one.size * 0.9),
    stroke: "danger",
    width: 2.5,
    alpha: one.alpha,
  };
}

/** Size of the hand that holds a message. */
const HAND = 8;

function handPlace(one: Moving): Point {
  const { along } = one.lane;
  const away = one.size + HAND + 1;
  return { x: one.at.x - along.y * away, y: one.at.y + along.x * away };
}

function hand(one: Moving): Shape {
  return {
    kind: "glyph",
    name: "hand",
    at: handPlace(one),
    size: HAND,
    turn: 0,
    fill: "ink",
    stroke: null,
    label: "held",
  };
}

/** What TimeoutNow hands over. It stands upright over the message, and the hand that may hold it beside. */
function crown(one: Moving): Shape {
  const size = one.size * 0.9;
  return {
    kind: "glyph",
    name: "crown",
    at: crownPlace(one),
    size,
    turn: 0,
    fill: one.colour,
    stroke: "paper",
    width: 1,
    alpha: one.alpha,
    label: "leadership",
  };
}

function crownPlace(one: Moving): Point {
  return { x: one.at.x, y: one.at.y - one.size * 1.9 };
}

function around(at: Point, half: number): Box {
  return { x: at.x - half, y: at.y - half, wide: 2 * half, high: 2 * half };
}

/** More labels than this would be noise. */
const LABELLED_MOST = 24;

function labels(moving: readonly Moving[], layout: Layout, view: StageView, taken: Box[]): TextShape[] {
  if (layout.tier !== "large") return [];
  const placed: TextShape[] = [];
  for (const one of moving) {
    if (one.travel.strength > 0.3) taken.push(around(one.at, one.size));
    if (one.message.fate === "held") taken.push(around(handPlace(one), HAND));
    if (one.message.kind === "timeout-now") taken.push(around(crownPlace(one), one.size));
  }
  for (const one of moving) {
    if (placed.length >= LABELLED_MOST) break;
    const words = wordsOf(one.message);
    if (words === "" || one.travel.strength < 0.3) continue;
    for (const side of [1, -1] as const) {
      const text = beside(one, words, side, view.projector);
      const box = boxOf(text);
      const free =
        taken.every((other) => !overlap(box, other)) &&
        layout.places.every((place) => !touches(box, place.centre, place.radius + 14));
      if (!free || box.x < 4 || box.x + box.wide > view.widthCss - 4) continue;
      taken.push(box);
      placed.push(text);
      break;
    }
  }
  return placed;
}

/** The label on the right (1) or left (-1) hand of a message, clear of its shape. */
function beside(one: Moving, words: string, side: 1 | -1, projector: boolean): TextShape {
  const normal = { x: -one.lane.along.y * side, y: one.lane.along.x * side };
  const away = one.size + (one.message.fate === "held" && side === 1 ? 20 : 6);
  const danger = one.message.fate === "lost" && one.travel.broken > 0;
  return {
    kind: "text",
    at: { x: one.at.x + normal.x * away, y: one.at.y + normal.y * (away + 2) },
    text: words,
    size: sized(11, projector),
    bold: false,
    align: normal.x > 0.3 ? "left" : normal.x < -0.3 ? "right" : "center",
    colour: danger ? "danger" : "ink",
    halo: true,
  };
}

/** "entries 4–6": what a message says, in a word or two. */
function wordsOf(message: MessageFrame): string {
  if (message.fate === "held") return "held";
  const what = contents(message);
  return message.fate === "lost" ? (what === "" ? "lost" : `${what}, lost`) : what;
}

function contents(message: MessageFrame): string {
  switch (message.kind) {
    case "append": {
      const first = message.index + 1;
      if (message.entries === 0) return "";
      return message.entries === 1 ? `entry ${first}` : `entries ${first}–${message.index + message.entries}`;
    }
    case "append-reply":
      return !message.ok ? "no" : message.heartbeat ? "" : `has ${message.index}`;
    case "install":
      return `snapshot to ${message.index}`;
    case "install-reply":
      return message.ok ? "" : "no";
    case "vote":
      return "vote?";
    case "pre-vote":
      return "pre-vote?";
    case "vote-reply":
    case "pre-vote-reply":
      return message.ok ? "yes" : "no";
    case "request":
      return "";
    case "request-reply":
      return message.ok ? "done" : "no";
    case "timeout-now":
      return "lead!";
    default:
      return message.kind satisfies never;
  }
}

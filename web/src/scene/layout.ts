/**
 * Where everything on the stage stands: servers on an ellipse in ring order, clockwise from the top, as large
 * as they can be with nothing overlapping. Places depend on the number of servers and the size of the stage
 * only, so that nothing moves but what moves.
 *
 * Servers stand in convex position, and messages travel on chords. So whatever is written on the *outer* side
 * of a server never meets a message.
 */
import type { Point, ServerPlace } from "./shapes.ts";

/**
 * How much is written at a server: "large" has name and term inside and its state outside; "medium" has its
 * number inside and the term outside; "small" is a dot with a number outside.
 */
export type Tier = "large" | "medium" | "small";

export interface Layout {
  tier: Tier;
  centre: Point;
  /** Half axes of the ellipse. */
  rx: number;
  ry: number;
  /** Radius of a server's disc. */
  radius: number;
  /** Distance between neighbours' centres at their closest. */
  spacing: number;
  places: ServerPlace[];
  byId: ReadonlyMap<number, ServerPlace>;
  /** Wide enough for tools at the left, clients at the right and a legend. */
  roomy: boolean;
}

/** What the panels laid over the stage take away, in CSS pixels. */
const TOOLS_WIDE = 64;
const REQUEST_BOX = { wide: 320, high: 68 };
const CLIENTS_WIDE = 56;
const LEGEND_HIGH = 28;

const RADIUS_MAX = 40;
const RADIUS_MIN = 4;
const LARGE_FROM = 25;
const MEDIUM_FROM = 13;

/** The narrowest stage that has tools, clients and legend around the ring, in CSS pixels. */
const ROOMY_FROM = 640;

/** Lays `ids` (in ring order) out on a stage of the given size. */
export function layOut(ids: readonly number[], widthCss: number, heightCss: number): Layout {
  for (let radius = RADIUS_MAX; radius > RADIUS_MIN; radius--) {
    const layout = withRadius(ids, widthCss, heightCss, radius);
    if (fits(layout, widthCss)) return layout;
  }
  return withRadius(ids, widthCss, heightCss, RADIUS_MIN);
}

/** How far a server's ring, timer, crown and write bar reach from its centre towards a direction (`uy` is -1 up, 1 down). */
export function reach(layout: Layout, uy: number): number {
  const upright = uy * uy;
  const { radius } = layout;
  switch (layout.tier) {
    case "large":
      return radius + 13 + upright * (uy < 0 ? 13 : 8);
    case "medium":
      return radius + 7 + upright * (uy < 0 ? 10 : 6);
    case "small":
      return radius + 4 + upright * (uy < 0 ? 6 : 2);
    default:
      return layout.tier satisfies never;
  }
}

/** The direction away from the middle of the ring, of length 1; upwards for a server alone. */
export function outward(layout: Layout, at: Point): Point {
  // Scaled by the axes, this is the normal of the ellipse: labels of neighbours then fan out evenly.
  const x = (at.x - layout.centre.x) / Math.max(1, layout.rx) ** 2;
  const y = (at.y - layout.centre.y) / Math.max(1, layout.ry) ** 2;
  const long = Math.hypot(x, y);
  return long < 1e-9 ? { x: 0, y: -1 } : { x: x / long, y: y / long };
}

/** Where a client stands: a column at the right, under the box that sends requests. */
export function clientPlace(layout: Layout, client: number, widthCss: number, heightCss: number): ServerPlace {
  const radius = layout.roomy ? 11 : 9;
  const top = layout.roomy ? REQUEST_BOX.high + 36 : 24;
  const pitch = 46;
  const rows = Math.max(1, Math.floor((heightCss - top - LEGEND_HIGH - 40) / pitch));
  const row = (client - 1001 + rows * 1000) % rows;
  return { id: client, centre: { x: widthCss - (layout.roomy ? 40 : 20), y: top + row * pitch }, radius };
}

function tierOf(radius: number): Tier {
  return radius >= LARGE_FROM ? "large" : radius >= MEDIUM_FROM ? "medium" : "small";
}

/** Room that labels need beyond a server's reach: [at its side, above or below it]. */
function labelRoom(tier: Tier, roomy: boolean): [number, number] {
  switch (tier) {
    case "large":
      // Narrow stages have all labels above and below.
      return roomy ? [104, 46] : [26, 40];
    case "medium":
      return [roomy ? 60 : 52, 30];
    case "small":
      return [roomy ? 44 : 36, 26];
    default:
      return tier satisfies never;
  }
}

function withRadius(ids: readonly number[], widthCss: number, heightCss: number, radius: number): Layout {
  const roomy = widthCss >= ROOMY_FROM && heightCss >= 300;
  const tier = tierOf(radius);
  const bare: Layout = {
    tier,
    radius,
    roomy,
    centre: { x: 0, y: 0 },
    rx: 0,
    ry: 0,
    spacing: Number.POSITIVE_INFINITY,
    places: [],
    byId: new Map(),
  };
  const [beside, above] = labelRoom(tier, roomy);
  const left = (roomy ? TOOLS_WIDE : 0) + beside + reach(bare, 0);
  const right = widthCss - (roomy ? CLIENTS_WIDE : 24) - beside - reach(bare, 0);
  // Many servers come near the corner where requests are typed, and must stay below it.
  const crowded = roomy && tier !== "large";
  const top = (crowded ? 44 : 0) + above + reach(bare, -1);
  const bottom = heightCss - (roomy ? LEGEND_HIGH : 0) - above - reach(bare, 1);
  const centre = { x: (left + right) / 2, y: (top + bottom) / 2 };
  const free = { x: Math.max(8, (right - left) / 2), y: Math.max(8, (bottom - top) / 2) };
  // A few servers look best on something near a circle; many need the whole stage.
  const stretch = ids.length <= 3 ? 1.25 : ids.length <= 9 ? 1.6 : 99;
  const rx = ids.length === 1 ? 0 : Math.min(free.x, Math.min(free.y, free.x * stretch) * stretch);
  const ry = ids.length === 1 ? 0 : Math.min(free.y, rx * stretch);
  const flat = onEllipse(ids.length, { x: 0, y: 0 }, rx, ry);
  const tall = stretched(flat, ry, free.y, rx * 1.25);
  const points = flat.map((point) => ({ x: centre.x + point.x, y: tall.middle + centre.y + point.y * tall.by }));
  const places = ids.map((id, i) => ({ id, centre: points[i] ?? centre, radius }));
  return {
    ...bare,
    centre: { x: centre.x, y: centre.y + tall.middle },
    rx,
    ry: ry * tall.by,
    places,
    spacing: closest(points),
    byId: new Map(places.map((place) => [place.id, place])),
  };
}

/**
 * An odd ring does not reach the bottom of its ellipse. How much higher it may be drawn to fill the stage
 * (no higher than `most`), and how far down its middle then lies.
 */
function stretched(points: readonly Point[], ry: number, free: number, most: number): { by: number; middle: number } {
  const ys = points.map(({ y }) => y);
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  if (ry === 0 || bottom - top < 1) return { by: 1, middle: 0 };
  const by = Math.max(1, Math.min((2 * free) / (bottom - top), most / ry));
  return { by, middle: (-(top + bottom) / 2) * by };
}

/** Whether neighbours, with all that is drawn around them, keep clear of each other. */
function fits(layout: Layout, widthCss: number): boolean {
  if (layout.places.length === 1) return 2 * (layout.radius + 60) < widthCss;
  // Messages need some way to go; but rather a short way than a name that cannot be read.
  const gap = layout.tier === "large" ? (layout.radius > 28 ? 84 : 54) : layout.tier === "medium" ? 26 : 5;
  return layout.spacing >= 2 * layout.radius + gap;
}

/** `count` points at equal distances along an ellipse, clockwise from the top (two stand side by side). */
function onEllipse(count: number, centre: Point, rx: number, ry: number): Point[] {
  const STEPS = 720;
  const start = count === 2 ? -0.25 : 0;
  const at = (turn: number): Point => {
    const angle = (turn + start - 0.25) * 2 * Math.PI;
    return { x: centre.x + rx * Math.cos(angle), y: centre.y + ry * Math.sin(angle) };
  };
  const way = [0];
  for (let i = 1; i <= STEPS; i++) {
    const [a, b] = [at((i - 1) / STEPS), at(i / STEPS)];
    way.push((way[i - 1] ?? 0) + Math.hypot(b.x - a.x, b.y - a.y));
  }
  const whole = way[STEPS] ?? 0;
  const points: Point[] = [];
  for (let k = 0, i = 0; k < count; k++) {
    const want = (whole * k) / count;
    while (i < STEPS && (way[i + 1] ?? whole) < want) i++;
    const [here, next] = [way[i] ?? 0, way[i + 1] ?? whole];
    points.push(at((i + (next > here ? (want - here) / (next - here) : 0)) / STEPS));
  }
  return points;
}

function closest(points: readonly Point[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i <= points.length && points.length > 1; i++) {
    const [a, b] = [points[i - 1], points[i % points.length]];
    if (a && b) least = Math.min(least, Math.hypot(a.x - b.x, a.y - b.y));
  }
  return least;
}

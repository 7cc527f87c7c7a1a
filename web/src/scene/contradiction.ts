/** A violation on the stage: the two servers that contradict each other are ringed, joined and named. */
import { type Box, overlap, touches } from "./labels.ts";
import { type Layout, reach } from "./layout.ts";
import type { Point, ServerPlace, Shape } from "./shapes.ts";
import { sized, textWidth } from "./text.ts";
import type { StageView } from "./view.ts";

/** The two facts that contradict each other, joined by a double line and named. */
export function contradiction(layout: Layout, view: StageView, taken: readonly Box[]): Shape[] {
  const places = view.violationServers.flatMap((id) => layout.byId.get(id) ?? []);
  const edge = reach(layout, 0) + 1;
  const shapes: Shape[] = places.map(({ centre }) => ({
    kind: "disc",
    at: centre,
    radius: edge,
    fill: null,
    stroke: "danger",
    width: 3,
  }));
  for (const [i, b] of places.entries()) {
    const a = places[i - 1];
    if (a) shapes.push(...doubleLine(a, b, edge), ...verdict(a, b, layout, view, taken));
  }
  return shapes;
}

function doubleLine(a: ServerPlace, b: ServerPlace, edge: number): Shape[] {
  const [dx, dy] = [b.centre.x - a.centre.x, b.centre.y - a.centre.y];
  const long = Math.max(1, Math.hypot(dx, dy));
  const along = { x: dx / long, y: dy / long };
  const rail = (aside: number): Shape => ({
    kind: "line",
    from: { x: a.centre.x + along.x * edge - along.y * aside, y: a.centre.y + along.y * edge + along.x * aside },
    to: { x: b.centre.x - along.x * edge - along.y * aside, y: b.centre.y - along.y * edge + along.x * aside },
    stroke: "danger",
    width: 2.5,
  });
  return [rail(3), rail(-3)];
}

/** How far from its line the name of a contradiction is tried, and in which steps. */
const VERDICT_FAR = { x: 240, y: 144, step: 12 };

/**
 * The name of a contradiction, as near to its line as it covers neither a server nor a label.
 * A stage that is too small for it goes without: the banner says the same in full.
 */
function verdict(a: ServerPlace, b: ServerPlace, layout: Layout, view: StageView, taken: readonly Box[]): Shape[] {
  const size = sized(13, view.projector);
  const text = `S${a.id} contradicts S${b.id}`;
  const wide = textWidth(text, size, true) + 24;
  const middle = { x: (a.centre.x + b.centre.x) / 2, y: (a.centre.y + b.centre.y) / 2 };
  const left = layout.roomy ? 96 : 4;
  const free = ({ x, y }: Point): boolean => {
    const box: Box = { x: x - wide / 2, y: y - size, wide, high: 2 * size };
    if (box.x < left || box.x + wide > view.widthCss - 4 || box.y < 4 || y + size > view.heightCss - 4) return false;
    return (
      taken.every((other) => !overlap(box, other)) &&
      layout.places.every((place) => !touches(box, place.centre, reach(layout, 0)))
    );
  };
  const at = around(middle).find(free);
  if (!at) return [];
  const corner = { x: at.x - wide / 2, y: at.y - size };
  return [
    { kind: "rect", at: corner, wide, high: 2 * size, radius: size, fill: "paper", stroke: "danger", width: 2 },
    { kind: "text", at, text, size, bold: true, align: "center", colour: "danger" },
  ];
}

/** Points around one, the nearest first. */
function around({ x, y }: Point): Point[] {
  const { step } = VERDICT_FAR;
  const offsets: Point[] = [];
  for (let dx = -VERDICT_FAR.x; dx <= VERDICT_FAR.x; dx += step)
    for (let dy = -VERDICT_FAR.y; dy <= VERDICT_FAR.y; dy += step) offsets.push({ x: dx, y: dy });
  return offsets
    .sort((p, q) => Math.hypot(p.x, p.y) - Math.hypot(q.x, q.y))
    .map((offset) => ({ x: x + offset.x, y: y + offset.y }));
}

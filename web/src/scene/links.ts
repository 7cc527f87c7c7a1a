/** The ways between servers, drawn faintly, and where they are cut. */
import type { Layout } from "./layout.ts";
import type { Point, Shape } from "./shapes.ts";
import { laneBetween, pointOn } from "./travel.ts";
import type { StageView } from "./view.ts";

/** Above this number of servers the links would be a grey disc. */
const MOST_LINKED = 9;

/** Where on its way a link is barred. */
const BAR_AT = 0.3;

export function linkShapes(layout: Layout, view: StageView): Shape[] {
  const shapes: Shape[] = [];
  const { places } = layout;
  if (places.length <= MOST_LINKED) {
    const flat: number[] = [];
    for (const [i, a] of places.entries()) {
      for (const b of places.slice(i + 1)) flat.push(a.centre.x, a.centre.y, b.centre.x, b.centre.y);
    }
    if (view.tool === "cut") shapes.push(...lanes(layout));
    else shapes.push({ kind: "segments", flat, stroke: "guide", width: 1 });
  }
  for (const [from, to] of view.cuts) shapes.push(...cut(layout, from, to));
  return shapes;
}

/** With the scissors in hand, each direction is a line of its own that can be hit. */
function lanes(layout: Layout): Shape[] {
  return layout.places.flatMap((a) =>
    layout.places.flatMap((b): Shape[] => {
      if (a === b) return [];
      const lane = laneBetween(layout, a, b);
      return [
        {
          kind: "line",
          from: lane.from,
          to: lane.to,
          stroke: "track",
          width: 1.5,
          dash: "dashed",
          target: { kind: "link", from: a.id, to: b.id },
        },
      ];
    }),
  );
}

/** A stub from the sender that ends at a bar, and a gap behind it. */
function cut(layout: Layout, from: number, to: number): Shape[] {
  const [a, b] = [layout.byId.get(from), layout.byId.get(to)];
  if (!a || !b) return [];
  const lane = laneBetween(layout, a, b);
  const target = { kind: "link", from, to } as const;
  const bar = pointOn(lane, BAR_AT);
  const gap = pointOn(lane, BAR_AT + Math.min(0.2, 22 / Math.max(1, lane.long)));
  const half = layout.tier === "large" ? 8 : 5;
  const label = `S${from} to S${to} is cut`;
  return [
    { kind: "line", from: bar, to: gap, stroke: "paper", width: 5 },
    { kind: "line", from: lane.from, to: bar, stroke: "danger", width: 1.5, dash: "dashed", target, label },
    { kind: "line", ...crossing(bar, lane.along, half), stroke: "danger", width: 3, target, label },
  ];
}

/** The ends of a bar across a direction. */
export function crossing(at: Point, along: Point, half: number): { from: Point; to: Point } {
  return {
    from: { x: at.x - along.y * half, y: at.y + along.x * half },
    to: { x: at.x + along.y * half, y: at.y - along.x * half },
  };
}

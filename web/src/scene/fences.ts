/** Fences around the minority groups of a partition: smooth closed lines that follow the ring. */
import { type Layout, outward, reach } from "./layout.ts";
import { fenceGap } from "./servers.ts";
import type { Point, ServerPlace } from "./shapes.ts";

export interface Fence {
  /** The whole group, of which this fence may enclose a part only. */
  group: number[];
  /** The servers within, in ring order. */
  ids: number[];
  points: Point[];
}

/** The groups that get a fence: all but the largest, or all but the first of the largest. */
export function minorities(partition: readonly number[][]): number[][] {
  let majority: number[] = [];
  for (const group of partition) if (group.length > majority.length) majority = group;
  return partition.filter((group) => group !== majority && group.length > 0);
}

/** One fence for each run of neighbours of each minority group. */
export function fencesAround(partition: readonly number[][], layout: Layout): Fence[] {
  return minorities(partition).flatMap((group) =>
    runs(group, layout.places).map((run) => ({
      group,
      ids: run.map((place) => place.id),
      points: around(run, layout),
    })),
  );
}

/** The members of a group as runs of neighbours on the ring; a run may pass the top. */
function runs(group: readonly number[], ring: readonly ServerPlace[]): ServerPlace[][] {
  const member = ring.map((place) => group.includes(place.id));
  const first = member.indexOf(false) + 1;
  const found: ServerPlace[][] = [];
  let run: ServerPlace[] = [];
  for (let k = 0; k < ring.length; k++) {
    const i = (first + k) % ring.length;
    const place = ring[i];
    if (member[i] && place) run.push(place);
    else if (run.length > 0) {
      found.push(run);
      run = [];
    }
  }
  if (run.length > 0) found.push(run);
  return found;
}

/** Outer side forth, round the last server, inner side back, round the first. */
function around(run: readonly ServerPlace[], layout: Layout): Point[] {
  const first = run[0];
  const last = run[run.length - 1];
  if (!first || !last) return [];
  const spine = run.flatMap((place, i) => {
    const next = run[i + 1];
    return next ? between(place.centre, next.centre, layout) : [place.centre];
  });
  const outer = spine.slice(1, -1).map((at) => beside(at, outward(layout, at), layout));
  const inner = spine
    .slice(1, -1)
    .map((at) => beside(at, flip(outward(layout, at)), layout))
    .reverse();
  return [...outer, ...cap(last.centre, 1, layout), ...inner, ...cap(first.centre, -1, layout)];
}

/** Points along the ellipse between two neighbours, the first included. */
function between(from: Point, to: Point, layout: Layout): Point[] {
  const { centre, rx, ry } = layout;
  const start = Math.atan2((from.y - centre.y) / ry, (from.x - centre.x) / rx);
  const turn = (Math.atan2((to.y - centre.y) / ry, (to.x - centre.x) / rx) - start + 4 * Math.PI) % (2 * Math.PI);
  const steps = 8;
  return Array.from({ length: steps }, (_, i) => {
    const angle = start + (turn * i) / steps;
    return { x: centre.x + rx * Math.cos(angle), y: centre.y + ry * Math.sin(angle) };
  });
}

/** Half a circle around an end of the run: from outside to inside (`way` 1), or back (`way` -1). */
function cap(at: Point, way: 1 | -1, layout: Layout): Point[] {
  const out = outward(layout, at);
  const steps = 16;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = Math.PI * (way === 1 ? i / steps : 1 + i / steps);
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    return beside(at, { x: out.x * cos - out.y * sin, y: out.x * sin + out.y * cos }, layout);
  });
}

function beside(at: Point, direction: Point, layout: Layout): Point {
  // Never nearer to the next server than half-way.
  const out = outward(layout, at);
  const along = Math.abs(direction.x * -out.y + direction.y * out.x);
  const room = along > 0.3 ? layout.spacing / 2 / along : Number.POSITIVE_INFINITY;
  const far = Math.min(room, reach(layout, direction.y) + fenceGap(layout));
  return { x: at.x + direction.x * far, y: at.y + direction.y * far };
}

function flip(direction: Point): Point {
  return { x: -direction.x, y: -direction.y };
}

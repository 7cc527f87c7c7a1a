/** Distribution curves: which points they have and where they lie. Values in, numbers out; who draws them is another matter. */
import { scaleLinear, scaleLog } from "d3-scale";

/** A point of a curve: a value, and the share of all trials that are not above it. */
export type Point = readonly [value: number, share: number];

/** More would not be seen: a step for each pixel or so. */
const POINTS_MOST = 400;
/** Values that lie further apart than this are drawn on a scale of powers. */
const WIDE = 30;

/** The points of a curve of `count` finished trials; `valueAt` gives them in order. Trials that were given up are missing at its end. */
export function points(count: number, trials: number, valueAt: (at: number) => number): Point[] {
  const steps = Math.min(count, POINTS_MOST);
  const all: Point[] = [];
  for (let step = 0; step < steps; step += 1) {
    const at = steps === 1 ? 0 : Math.round((step * (count - 1)) / (steps - 1));
    all.push([valueAt(at), (at + 1) / trials]);
  }
  return all;
}

export interface Axis {
  /** Where a value lies. */
  place: (value: number) => number;
  ticks: readonly number[];
}

/** An axis over all values, from 0 to `width`; of powers if they lie far apart. */
export function axis(values: readonly number[], width: number): Axis {
  const positive = values.filter((value) => value > 0);
  const low = Math.min(...positive);
  const high = Math.max(...positive);
  if (positive.length === 0) return linear(0, 1, width);
  if (high / low < WIDE)
    return linear(values.length > positive.length || low > high * 0.5 ? Math.min(0, low) : 0, high, width);
  const scale = scaleLog()
    .domain([low / 1.2, high * 1.2])
    .range([0, width]);
  // 1, 2 and 5 of each power, and where that is too much the powers alone.
  const firstDigit = (tick: number): number => Math.round(tick / 10 ** Math.floor(Math.log10(tick) + 1e-9));
  const few = scale.ticks().filter((tick) => [1, 2, 5].includes(firstDigit(tick)));
  const ticks = few.length > 9 ? few.filter((tick) => firstDigit(tick) === 1) : few;
  return { place: (value) => scale(Math.max(value, low / 1.2)), ticks: spread(ticks, scale) };
}

function linear(low: number, high: number, width: number): Axis {
  const scale = scaleLinear().domain([low, high]).range([0, width]).nice();
  return { place: (value) => scale(value), ticks: scale.ticks(7) };
}

/** Leaves out ticks whose labels would touch the one before. */
function spread(ticks: readonly number[], place: (value: number) => number): number[] {
  const apart = 52;
  const kept: number[] = [];
  for (const tick of ticks) {
    const last = kept[kept.length - 1];
    if (last === undefined || place(tick) - place(last) >= apart) kept.push(tick);
  }
  return kept;
}

/** Distribution curves: points that say what the trials say, and axes that can be read. */
import { expect, test } from "@playwright/test";
import { commissionOf, noMeasure, sortedValues, TRIAL_BASE } from "../../web/src/app/measure.ts";
import { axis, points } from "../../web/src/scene/curves.ts";

test("a curve begins with the smallest value and ends with the largest, however many there are", () => {
  for (const count of [1, 2, 399, 400, 401, 100_000]) {
    const all = points(count, count, (at) => at + 1);
    expect(all.length).toBe(Math.min(count, 400));
    expect([all[0]?.[0], all.at(-1)?.[0], all.at(-1)?.[1]]).toEqual([count === 1 ? 1 : 1, count, 1]);
    expect(all.every(([value, share]) => share === value / count)).toBe(true);
  }
  expect(points(0, 10, () => 0)).toEqual([]);
});

test("trials that were given up are missing at its end", () => {
  expect(points(5, 10, (at) => at).at(-1)).toEqual([4, 0.5]);
});

test("values far apart get a scale of powers, others one that begins at nothing", () => {
  const wide = axis([84_000, 527_000_000], 368);
  expect(wide.place(84_000)).toBeGreaterThanOrEqual(0);
  expect(wide.place(527_000_000)).toBeLessThanOrEqual(368);
  expect(wide.place(0), "what lies below is at its edge").toBe(0);
  const narrow = axis([16_000, 31_000], 368);
  expect([narrow.place(0), narrow.place(20_000)]).toEqual([0, 2 * narrow.place(10_000)]);
  for (const { ticks, place } of [wide, narrow, axis([], 368), axis([3, 3], 368), axis([1, 29], 368)]) {
    expect(ticks.length).toBeGreaterThan(1);
    const gaps = ticks.slice(1).map((tick, i) => place(tick) - place(ticks[i] ?? 0));
    expect(Math.min(...gaps), "labels keep apart").toBeGreaterThan(30);
  }
});

test("a value keeps the trial that it comes from, and what was given up has none", () => {
  const values = new Float64Array([30, 1, Number.NaN, 2, 10, 3]);
  const sorted = sortedValues(values, new Uint32Array([5, 6, 9]), 2, 0);
  expect([...sorted].map((key) => [Math.floor(key / TRIAL_BASE), key % TRIAL_BASE])).toEqual([
    ...[
      [10, 9],
      [30, 5],
    ],
  ]);
  const hour = 3_600_000_000;
  const [key] = sortedValues(new Float64Array([hour]), new Uint32Array([999_999]), 1, 0);
  expect([Math.floor((key ?? 0) / TRIAL_BASE), (key ?? 0) % TRIAL_BASE]).toEqual([hour, 999_999]);
});

test("a form becomes a commission, or a sentence", () => {
  const { form } = noMeasure;
  expect(commissionOf({ ...form, by: "loss", set: " latency=5ms;\n disk=2ms ;", seed: "" })).toEqual({
    ...{ name: "figure-16", set: ["by=loss", "latency=5ms", "disk=2ms"], trials: undefined, seed: "1" },
  });
  for (const trials of ["0", "1.5", "many", "2000000"])
    expect(commissionOf({ ...form, trials })).toContain("is not a number of trials");
});

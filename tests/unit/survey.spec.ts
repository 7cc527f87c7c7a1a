/** Trials are dealt, played by whoever is free, and kept once each, however many play and whoever fails. */
import { expect, test } from "@playwright/test";
import { type Player, type Stint, Survey, type Yield } from "../../web/src/engine/survey.ts";
import type { Commission, CurveInfo } from "../../web/src/engine/types.ts";

const commission: Commission = { name: "wan", set: [], trials: undefined, seed: "1" };
const curves: CurveInfo[] = [7, 30].map((trials, at) => ({
  ...{ panel: "p", name: String(at), trials, horizonUs: 1, published: null },
}));

/** The value of a trial tells which one it is; of two measures the second is the first's negative. */
const worth = ({ curve }: Stint, trial: number): number => curve * 1000 + trial;

/** Players that go on when the test says so. */
class Hall {
  readonly working: (() => void)[] = [];
  readonly stints: Stint[] = [];
  closed = 0;

  hire = (): Player => ({
    stintMs: 60,
    play: (stint, tells) => {
      this.stints.push(stint);
      this.working.push(() => tells(this.#yield(stint)));
    },
    close: () => void this.closed++,
  });

  #yield(stint: Stint): Yield {
    const values = new Float64Array(stint.count * 2);
    for (let i = 0; i < stint.count; i += 1) {
      values[2 * i] = worth(stint, stint.first + i);
      values[2 * i + 1] = -worth(stint, stint.first + i);
    }
    return { values, ms: 10 * stint.count };
  }
}

/** Lets everybody work until nobody has anything left; `order` says whose turn it is. */
function playOut(hall: Hall, order: (n: number) => number): void {
  for (let turns = 0; hall.working.length > 0 && turns < 1000; turns += 1)
    hall.working.splice(order(hall.working.length), 1)[0]?.();
}

function survey(places: number, hire: () => Player, lastResort = hire): { survey: Survey; ends: string[] } {
  const ends: string[] = [];
  const tells = (done: boolean, trouble: string): void => void (done && ends.push(trouble));
  return { survey: new Survey(commission, curves, 2, places, hire, lastResort, tells), ends };
}

function allPlayedOnce(of: Survey): void {
  of.columns.forEach((column, curve) => {
    expect(column.played).toBe(curves[curve]?.trials);
    expect([...column.trials].sort((a, b) => a - b)).toEqual([...column.trials.keys()]);
    column.trials.forEach((trial, i) => {
      expect([column.values[2 * i], 0 - (column.values[2 * i + 1] ?? 0)]).toEqual([
        ...[curve * 1000 + trial, curve * 1000 + trial],
      ]);
    });
  });
}

test("every trial is played once, whoever is quicker", () => {
  for (const order of [() => 0, (n: number) => n - 1, (n: number) => n >> 1]) {
    const hall = new Hall();
    const { survey: of, ends } = survey(3, hall.hire);
    playOut(hall, order);
    expect(ends).toEqual([""]);
    expect(hall.closed).toBe(3);
    allPlayedOnce(of);
  }
});

test("stints grow until they last as long as they should", () => {
  const hall = new Hall();
  survey(1, hall.hire);
  playOut(hall, () => 0);
  // A trial takes 10 ms, a stint should take 60.
  expect(hall.stints.map((stint) => stint.count)).toEqual([1, 6, 1, 6, 6, 6, 6, 5]);
});

test("after a stop nobody works and nothing is told", () => {
  const hall = new Hall();
  const { survey: of, ends } = survey(2, hall.hire);
  hall.working.shift()?.();
  of.stop();
  expect(hall.closed).toBe(2);
  playOut(hall, () => 0);
  expect([ends, of.played]).toEqual([[], 1]);
});

test("where workers cannot work, the page plays all that they were given", () => {
  const hall = new Hall();
  const failing: (() => void)[] = [];
  const broken = (): Player => ({
    stintMs: 60,
    play: (_, __, fails) => void failing.push(fails),
    close: () => undefined,
  });
  const { survey: of, ends } = survey(2, broken, hall.hire);
  failing[0]?.();
  playOut(hall, () => 0);
  expect(ends).toEqual([""]);
  allPlayedOnce(of);
});

test("where nobody may be hired at all, that is said", () => {
  const forbidden = (): never => {
    throw new Error("forbidden");
  };
  expect(survey(2, forbidden).ends).toEqual(["Nobody can measure here."]);
});

test("trouble ends it with its sentence", () => {
  const hire = (): Player => ({
    stintMs: 1,
    play: (_, tells) => setImmediate(() => tells({ trouble: "unreachable" })),
    close: () => undefined,
  });
  const { ends } = survey(2, hire);
  return expect.poll(() => ends).toEqual(["unreachable"]);
});

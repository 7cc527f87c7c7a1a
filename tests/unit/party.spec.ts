/** The lowest seed that does harm wins, however many hunt and whoever is quicker. */
import { expect, test } from "@playwright/test";
import { type Hand, type News, Party, type Report } from "../../web/src/engine/party.ts";
import type { HuntResult, Quarry } from "../../web/src/engine/types.ts";

/** Hands that go on one report at a time, when the test says so. */
class Field {
  readonly working: (() => void)[] = [];
  readonly harmful: Set<number>;
  /** Seeds whose harm cannot be told. */
  readonly untold: Set<number>;
  closed = 0;

  constructor(harmful: number[], untold: number[] = []) {
    this.harmful = new Set([...harmful, ...untold]);
    this.untold = new Set(untold);
  }

  hire = (): Hand => ({
    hunt: ({ first, count }, tells) => this.working.push(() => this.#step(first, first, count, tells)),
    close: () => void this.closed++,
  });

  #step(seed: number, first: number, count: number, tells: (report: Report) => void): void {
    const seeds = seed - first;
    if (seed >= first + count) {
      tells({ progress: { seeds, events: seeds, found: null, steps: null, done: true }, result: null });
    } else if (this.harmful.has(seed)) {
      const story = { seed, steps: 3 } as HuntResult;
      const result = this.untold.has(seed) ? null : story;
      const told = { seeds, events: seeds, steps: 3 };
      // Its story gets shorter for a while.
      this.working.push(() => tells({ progress: { ...told, found: result && seed, done: true }, result }));
      tells({ progress: { ...told, found: seed, done: false }, result: null });
    } else {
      this.working.push(() => this.#step(seed + 1, first, count, tells));
      tells({ progress: { seeds, events: seeds, found: null, steps: null, done: false }, result: null });
    }
  }
}

const quarry: Quarry = { without: ["majority"], making: [], first: 0, count: 500 };

/** Lets one hand after the other go on, in an order that looks like chance. */
function played(field: Field, places: number, hire = field.hire, lastResort = field.hire): News {
  let last: News | null = null;
  new Party(quarry, places, hire, lastResort, (news) => {
    last = news;
  });
  for (let turn = 1; field.working.length > 0; turn = (turn * 48_271) % 2_147_483_647) {
    const [goOn] = field.working.splice(turn % field.working.length, 1);
    goOn?.();
  }
  if (last === null) throw new Error("Nothing was told.");
  return last;
}

for (const places of [1, 2, 3, 4, 7]) {
  for (const harmful of [[0], [37, 38, 40], [41, 22], [499], [90, 130, 131, 260]]) {
    test(`${places} hunters, harm at ${harmful.join(", ")}`, () => {
      const news = played(new Field(harmful), places);
      expect(news).toMatchObject({ done: true, trouble: "", found: Math.min(...harmful) });
      expect(news.result?.seed).toBe(Math.min(...harmful));
    });
  }

  test(`${places} hunters find nothing, and nothing is left out`, () => {
    expect(played(new Field([]), places)).toMatchObject({ done: true, result: null, seeds: 500, next: 500 });
  });

  test(`${places} hunters go on after a harm that cannot be told`, () => {
    expect(played(new Field([77, 300], [12]), places).result?.seed).toBe(77);
  });
}

test("where workers fail, the last resort hunts, from the lowest seed that is not done", () => {
  const refused = (): Hand => {
    throw new Error("no workers here");
  };
  expect(played(new Field([30]), 3, refused).result?.seed).toBe(30);
  const field = new Field([30]);
  const broken = (): Hand => ({
    hunt: (_, __, fails) => void field.working.push(fails),
    close: () => undefined,
  });
  expect(played(field, 3, broken).result?.seed).toBe(30);
});

test("where nobody can hunt, a sentence says so", () => {
  const refused = (): Hand => {
    throw new Error("no workers here");
  };
  expect(() => played(new Field([]), 2, refused, refused)).not.toThrow();
  expect(played(new Field([]), 2, refused, refused)).toMatchObject({ done: true, result: null });
  expect(played(new Field([]), 2, refused, refused).trouble).not.toBe("");
});

test("after a stop nothing is told, and everybody is called back", () => {
  const field = new Field([]);
  let told = 0;
  const party = new Party(quarry, 3, field.hire, field.hire, () => told++);
  party.stop();
  for (const goOn of field.working) goOn();
  expect({ told, closed: field.closed }).toEqual({ told: 0, closed: 3 });
});

test("what cannot be hunted is told", () => {
  const news: News[] = [];
  const hand: Hand = { hunt: (_, tells) => setImmediate(() => tells({ trouble: "all rules are on" })), close() {} };
  new Party(
    quarry,
    1,
    () => hand,
    () => hand,
    (n) => news.push(n),
  );
  return expect.poll(() => news.at(-1)?.trouble).toBe("all rules are on");
});

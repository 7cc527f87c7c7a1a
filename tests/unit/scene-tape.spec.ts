import { expect, test } from "@playwright/test";
import { tapeUpTo } from "../../web/src/app/tape.ts";
import type { Tape } from "../../web/src/engine/types.ts";
import type { Shape } from "../../web/src/scene/shapes.ts";
import { marksNear, signAt, type TapeView, tapeGround, tapeScene, timeAt, xAt } from "../../web/src/scene/tape.ts";

/** The ground, and what moves over it. */
const whole = (of: Tape, view: TapeView): Shape[] => [...tapeGround(of, view).shapes, ...tapeScene(of, view).shapes];

const VIEW: TapeView = {
  widthCss: 860,
  heightCss: 48,
  fromUs: 0,
  toUs: 1_000_000,
  nowUs: 400_000,
  edgeUs: 640_000,
  hoverUs: null,
  reducedMotion: false,
};

test("time and place are each other's inverse, and time stays within the ends", () => {
  for (const x of [0, 1, 430, 860]) expect(xAt(timeAt(x, VIEW), VIEW)).toBeCloseTo(x, 6);
  expect(timeAt(-50, VIEW)).toBe(0);
  expect(timeAt(9999, VIEW)).toBe(1_000_000);
});

test("a hundred thousand marks become no more shapes than there is room for", () => {
  const shapes = whole(tape(100_000), VIEW);
  expect(shapes.length).toBeLessThan(300);
  for (const shape of shapes) if (shape.kind === "segments") expect(shape.flat.length).toBeLessThanOrEqual(4 * 861);
});

test("where several signs meet, the most important stays and says how many there are", () => {
  const marks: Tape["marks"] = (["election", "violation", "command"] as const).map((kind, i) => ({
    event: i,
    timeUs: 300_000 + i,
    kind,
    label: kind,
  }));
  const shapes = whole({ edgeUs: 640_000, terms: [], marks }, VIEW);
  const signs = shapes.filter((shape) => shape.kind === "glyph");
  expect(signs.map(({ label }) => label)).toEqual(["violation, and 2 more"]);
});

test("a term is pale until it has a leader, and named when its name fits", () => {
  const terms = [{ term: 2, fromUs: 0, toUs: 500_000, leader: 1, leaderFromUs: 100_000 }];
  const shapes = whole({ edgeUs: 500_000, terms, marks: [] }, VIEW);
  const spans = shapes.filter((shape) => shape.kind === "rect" && shape.label);
  expect(spans.map((span) => ("fill" in span ? span.fill : ""))).toEqual(["term-2-pale", "term-2"]);
  expect(shapes.some((shape) => shape.kind === "text" && shape.text === "term 2 · S1 leads")).toBe(true);
  const narrow = whole({ edgeUs: 500_000, terms, marks: [] }, { ...VIEW, widthCss: 150 });
  expect(narrow.flatMap((shape) => (shape.kind === "text" ? [shape.text] : []))).toEqual(["term 2"]);
});

test("the ground stays as it is while time goes on, and is painted with the first picture alone", () => {
  const terms = [
    { term: 1, fromUs: 0, toUs: 300_000, leader: 2, leaderFromUs: 20_000 },
    { term: 2, fromUs: 300_000, toUs: 500_000, leader: 1, leaderFromUs: 320_000 },
  ];
  const before = tapeUpTo({ edgeUs: 500_000, terms, marks: tape(100).marks }, 500_000);
  const later = tapeUpTo({ edgeUs: 500_000, terms, marks: before.marks as Tape["marks"] }, 600_000);
  expect(later.marks, "nothing is looked through again").toBe(before.marks);
  const at = (edgeUs: number): TapeView => ({ ...VIEW, nowUs: edgeUs, edgeUs });
  expect(tapeGround(later, at(600_000))).toEqual(tapeGround(before, at(500_000)));
  expect(tapeScene(later, at(600_000))).not.toEqual(tapeScene(before, at(500_000)));
});

test("the marks near a point are found, the nearest first", () => {
  const near = marksNear(tape(1000), VIEW, 100, 3);
  const away = near.map(({ timeUs }) => Math.abs(xAt(timeUs, VIEW) - 100));
  expect(away.length).toBeGreaterThan(0);
  expect(away).toEqual([...away].sort((a, b) => a - b));
});

test("the sign under the pointer names its event, the most important where several meet", () => {
  const mark = (kind: Tape["marks"][number]["kind"], timeUs: number, event: number): Tape["marks"][number] => ({
    event,
    timeUs,
    kind,
    label: kind,
  });
  const marks = [mark("election", 300_000, 1), mark("crash", 303_000, 2), mark("request", 300_000, 3)];
  const found = (x: number, y: number): number | undefined =>
    signAt({ edgeUs: 640_000, terms: [], marks }, VIEW, { x, y })?.event;
  const x = xAt(300_000, VIEW);
  expect(found(x + 2, 5)).toBe(1);
  expect(found(x + 6, 5)).toBe(2);
  expect(found(x, 30), "the band is for scrubbing").toBe(undefined);
  expect(found(x + 40, 5)).toBe(undefined);
});

function tape(count: number): Tape {
  const kinds = ["request", "commit", "election", "crash", "fault", "command"] as const;
  const marks = Array.from({ length: count }, (_, i) => ({
    event: i,
    timeUs: (i * 640_000) / count,
    kind: kinds[i % kinds.length] ?? ("mark" as const),
    label: `mark ${i}`,
  }));
  return { edgeUs: 640_000, terms: [{ term: 1, fromUs: 0, toUs: 640_000, leader: 1, leaderFromUs: 9000 }], marks };
}

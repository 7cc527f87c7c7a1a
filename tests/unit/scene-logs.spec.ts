import { expect, test } from "@playwright/test";
import { leaderOf } from "../../web/src/app/model.ts";
import type { EntryCell, LogRow } from "../../web/src/engine/types.ts";
import { hit } from "../../web/src/scene/hit.ts";
import { columnsFor, type LogsView, logsScene } from "../../web/src/scene/logs.ts";
import { frame, ring, server } from "./scene-fixtures.ts";

test("cells are solid when committed and dashed before, and say term and command", () => {
  const { shapes } = logsScene(frame(ring(2)), view([row(1, 3, 2), row(2, 2, 1)]));
  const cells = shapes.filter((shape) => shape.kind === "rect" && shape.target?.kind === "entry");
  expect(cells.map((cell) => ("dash" in cell ? cell.dash : ""))).toEqual([
    "solid",
    "solid",
    "dashed",
    "solid",
    "dashed",
  ]);
  expect(cells[0]?.label).toBe("x=1, term 1");
});

test("columns line up by index over all rows", () => {
  const { shapes } = logsScene(frame(ring(3)), view([row(1, 4, 4), row(2, 4, 2), row(3, 4, 0)]));
  const lefts = new Map<number, Set<number>>();
  for (const shape of shapes) {
    if (shape.kind !== "rect" || shape.target?.kind !== "entry") continue;
    lefts.set(shape.target.index, (lefts.get(shape.target.index) ?? new Set()).add(shape.at.x));
  }
  expect([...lefts.values()].map((xs) => xs.size)).toEqual([1, 1, 1, 1]);
});

test("five rows fit into 200 px, and 25 rows are not lower than 9 px", () => {
  for (const [count, heightCss, most] of [
    [5, 200, 200],
    [25, 260, 260],
    [25, 100, 16 + 25 * 9],
  ] as const) {
    const rows = ring(count).map(({ id }) => row(id, 3, 2));
    const { places } = logsScene(frame(ring(count)), { ...view(rows), heightCss });
    const last = places[places.length - 1];
    expect((last?.centre.y ?? 0) + (last?.radius ?? 0)).toBeLessThanOrEqual(most + 0.01);
    expect(last?.radius).toBeGreaterThanOrEqual(4.5);
  }
});

test("next and match are marked under their columns and told in words", () => {
  const { shapes } = logsScene(frame(ring(2)), view([row(1, 3, 2), { ...row(2, 2, 1), nextIndex: 3, matchIndex: 2 }]));
  const x = (label: string): number => {
    const shape = shapes.find((one) => one.label === label);
    return shape && "at" in shape ? shape.at.x : Number.NaN;
  };
  const cell = shapes.find((one) => one.target?.kind === "entry" && one.target.index === 2);
  if (cell?.kind !== "rect") throw new Error("no cell");
  expect(x("match 2")).toBeCloseTo(cell.at.x + cell.wide / 2, 6);
  expect(x("next 3")).toBeGreaterThan(x("match 2"));
  expect(shapes.some((shape) => shape.kind === "text" && shape.text === "next 3, match 2")).toBe(true);
});

test("an entry that the leader will replace is struck through; others that differ are marked", () => {
  const differs = (cell: EntryCell): EntryCell => ({ ...cell, conflict: true });
  const follower = row(2, 2, 1);
  const rows = [
    row(1, 2, 1),
    { ...follower, cells: follower.cells.map((cell) => (cell.index === 2 ? { ...differs(cell), term: 9 } : cell)) },
  ];
  const struck = logsScene(frame(ring(2)), view(rows)).shapes.filter(
    ({ label }) => label === "conflicts with the leader",
  );
  expect(struck.length).toBe(1);
  const marked = logsScene(frame(ring(2)), { ...view(rows), leader: 0 }).shapes.filter(
    ({ label }) => label === "other logs differ here",
  );
  expect(marked.length).toBe(1);
});

test("an entry can be hit where it was painted", () => {
  const scene = logsScene(frame(ring(1)), view([row(1, 3, 2)]));
  const cell = scene.shapes.find((one) => one.target?.kind === "entry" && one.target.index === 3);
  if (cell?.kind !== "rect") throw new Error("no cell");
  expect(hit(scene, { x: cell.at.x + 2, y: cell.at.y + 2 }, 0)).toEqual({ kind: "entry", server: 1, index: 3 });
});

test("columns that were counted fit", () => {
  for (const wide of [320, 390, 560, 1040, 1900]) {
    const { good, most } = columnsFor(wide);
    expect(good).toBeGreaterThanOrEqual(3);
    expect(good * 40).toBeLessThan(wide);
    expect(most).toBeGreaterThan(good);
    expect(most * 20).toBeLessThan(wide);
  }
});

test("a value in a cell is whole or not there, for a part of it would be another value", () => {
  const words = (text: string, columns: number): string[] => {
    const { cells, ...rest } = row(1, 1, 1);
    const rows = [{ ...rest, cells: cells.map((cell) => ({ ...cell, text })) }];
    const { shapes } = logsScene(frame(ring(1)), { ...view(rows), columns });
    return shapes.flatMap((shape) => (shape.kind === "text" && /[=…]/.test(shape.text) ? [shape.text] : []));
  };
  const wide = columnsFor(view([]).widthCss).good;
  expect(words("y=123", wide)).toEqual(["y=123"]);
  expect(words("y=1234567", wide)).toEqual(["y=…"]);
  for (const columns of [wide, wide * 1.3, wide * 2])
    for (const shown of words("y=123456", columns)) expect(["y=123456", "y=…", "…"]).toContain(shown);
});

function row(server: number, entries: number, committed: number): LogRow {
  const cells = Array.from({ length: entries }, (_, i) => ({
    index: i + 1,
    term: 1,
    text: `x=${i + 1}`,
    committed: i < committed,
    stable: true,
    conflict: false,
  }));
  return { server, firstIndex: 1, lastIndex: entries, commitIndex: committed, nextIndex: 0, matchIndex: 0, cells };
}

function view(rows: LogRow[]): LogsView {
  return {
    widthCss: 1040,
    heightCss: 200,
    rows,
    firstIndex: 1,
    columns: 12,
    leader: 1,
    selected: null,
    hovered: null,
    focused: null,
  };
}

test("of two leaders of one term the last is meant, whose next and match the engine gives", () => {
  const leads = { role: "leader", term: 4 } as const;
  const servers = [server(1, leads), server(2), server(3, leads), server(4, { role: "leader", term: 3 })];
  expect(leaderOf(frame(servers))).toBe(3);
});

/** What a change of the membership, a snapshot and a transfer look like. */
import { expect, test } from "@playwright/test";
import { serverLabel } from "../../web/src/app/labels.ts";
import type { LogRow } from "../../web/src/engine/types.ts";
import { logsScene } from "../../web/src/scene/logs.ts";
import type { Scene } from "../../web/src/scene/shapes.ts";
import { stageScene } from "../../web/src/scene/stage.ts";
import { frame, message, ring, server, view } from "./scene-fixtures.ts";

const JOINT = { old: { votes: 1, needed: 2, of: 3 }, next: { votes: 2, needed: 3, of: 5 } };

function words(scene: Scene): string[] {
  return scene.shapes.flatMap((shape) => (shape.kind === "text" ? [shape.text] : []));
}

test("a learner has half a ring and says so; a server outside is faint and says so", () => {
  const scene = stageScene(
    frame([server(1), server(2, { standing: "learner" }), server(3, { standing: "outside" })]),
    view(),
  );
  const half = scene.shapes.filter((shape) => shape.label === "learner");
  expect(half.map((shape) => shape.kind === "arc" && shape.to - shape.from)).toEqual([0.5]);
  expect(words(scene)).toEqual(expect.arrayContaining(["learner", "outside"]));
  const disc = (name: string) => scene.shapes.find((shape) => shape.kind === "disc" && shape.label === name);
  expect(disc("S1")?.alpha).toBe(1);
  expect(disc("S3")?.alpha).toBeLessThan(0.6);
});

test("in a joint configuration the votes of both groups are told, and what a leader needs of both", () => {
  const candidate = server(1, { role: "candidate", votes: 1, votesNeeded: 2, voters: [1], joint: JOINT });
  const leader = server(2, { role: "leader", joint: JOINT });
  const said = words(stageScene(frame([candidate, leader]), view()));
  expect(said).toEqual(expect.arrayContaining(["1 of 2 and 2 of 3 votes", "needs 2 of 3 and 3 of 5"]));
  expect(serverLabel(candidate)).toContain("1 of 2 and 2 of 3 votes");
});

test("TimeoutNow carries a crown, clear of its own label", () => {
  const { shapes } = stageScene(frame(ring(5), [message(1, 2, "timeout-now", 0.5)]), view());
  const crown = shapes.find((shape) => shape.label === "leadership");
  const head = shapes.find((shape) => shape.label === "timeout-now");
  if (crown?.kind !== "glyph" || head?.kind !== "glyph") throw new Error("both are glyphs");
  expect([crown.name, head.name]).toEqual(["crown", "arrowhead"]);
  expect(crown.at.y).toBeLessThan(head.at.y - head.size);
});

const row = (given: Partial<LogRow>): LogRow => ({
  server: 1,
  firstIndex: 1,
  lastIndex: 0,
  commitIndex: 0,
  nextIndex: 0,
  matchIndex: 0,
  cells: [],
  ...given,
});

function logs(rows: LogRow[], firstIndex = 1): Scene {
  const window = { widthCss: 1000, heightCss: 160, rows, firstIndex, columns: 14, leader: 0 };
  return logsScene(frame(ring(rows.length)), { ...window, selected: null, hovered: null, focused: null });
}

test("what a snapshot stands for is an empty place that reaches to the first entry that is left", () => {
  const cell = { index: 13, term: 2, text: "x=1", committed: true, stable: true, conflict: false };
  const { shapes } = logs([row({ firstIndex: 13, lastIndex: 13, cells: [cell] })]);
  const gone = shapes.find((shape) => shape.label === "snapshot to 12");
  const left = shapes.find((shape) => shape.kind === "rect" && shape.target?.kind === "entry");
  if (gone?.kind !== "rect" || left?.kind !== "rect") throw new Error("both are boxes");
  expect([gone.fill, gone.dash]).toEqual([null, "dotted"]);
  expect(gone.at.x + gone.wide).toBeLessThan(left.at.x);
  expect(words({ shapes, places: [] })).toContain("snapshot to 12");
});

test("nothing is drawn of a snapshot before the first column, and nothing in a log without one", () => {
  const says = (scene: Scene) => scene.shapes.filter((shape) => shape.label?.startsWith("snapshot"));
  expect(says(logs([row({ firstIndex: 13, lastIndex: 12 })], 13))).toEqual([]);
  expect(says(logs([row({ firstIndex: 1, lastIndex: 3 })]))).toEqual([]);
});

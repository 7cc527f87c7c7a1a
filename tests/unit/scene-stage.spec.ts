import { expect, test } from "@playwright/test";
import { fencesAround, minorities } from "../../web/src/scene/fences.ts";
import { hit, inside } from "../../web/src/scene/hit.ts";
import { type Layout, layOut } from "../../web/src/scene/layout.ts";
import { timerShare, writeShare } from "../../web/src/scene/servers.ts";
import type { Point, Scene, Shape } from "../../web/src/scene/shapes.ts";
import { serversInside, stageScene } from "../../web/src/scene/stage.ts";
import { serverNames } from "../../web/src/scene/text.ts";
import { laneBetween, travelOf } from "../../web/src/scene/travel.ts";
import { frame, message, NOW, ring, server, view } from "./scene-fixtures.ts";

test("a message leaves the sender's rim, passes the middle and reaches the receiver's rim", () => {
  const lane = lanes(1, 2);
  for (const [share, want] of [
    [0, lane.from],
    [0.5, { x: (lane.from.x + lane.to.x) / 2, y: (lane.from.y + lane.to.y) / 2 }],
    [1, lane.to],
  ] as const) {
    const at = placeOfMessage(stageScene(frame(ring(5), [message(1, 2, "append", share)]), view()));
    expect(at.x).toBeCloseTo(want.x, 6);
    expect(at.y).toBeCloseTo(want.y, 6);
  }
});

test("opposite directions keep apart", () => {
  const [there, back] = [lanes(1, 2), lanes(2, 1)];
  expect(Math.hypot(there.from.x - back.to.x, there.from.y - back.to.y)).toBeGreaterThan(8);
});

test("a lost message stays where it is lost, and fades until it would have arrived", () => {
  const at = (share: number) => travelOf(message(1, 2, "vote", share, { fate: "lost", lostAt: 0.4 }), NOW, false);
  expect(at(0.2)).toEqual({ share: 0.2, strength: 1, broken: 0 });
  expect(at(0.7).share).toBe(0.4);
  expect(at(0.7).strength).toBeCloseTo(0.5, 6);
  expect(at(1)).toMatchObject({ share: 0.4, strength: 0, broken: 1 });
});

test("a held message waits where it was taken, whatever its time of arrival", () => {
  for (const arriveUs of [NOW + 1, Number.POSITIVE_INFINITY, NOW - 9000, 0]) {
    const held = message(1, 2, "append", 0.9, { fate: "held", lostAt: 0.7, arriveUs });
    expect(travelOf(held, NOW, false).share, `${arriveUs}`).toBe(0.7);
  }
});

test("with reduced motion a message stands in the middle at all times", () => {
  for (const share of [0.1, 0.5, 0.9]) expect(travelOf(message(1, 2, "append", share), NOW, true).share).toBe(0.5);
});

test("the election timer's arc is the share of the timeout that is left", () => {
  for (const [deadlineUs, want] of [
    [NOW + 200_000, 1],
    [NOW + 50_000, 0.25],
    [NOW, 0],
    [NOW - 10, 0],
    [-1, null],
  ] as const) {
    expect(timerShare(server(1, { deadlineUs }), NOW)).toBe(want);
  }
  const arc = stageScene(frame([server(1, { deadlineUs: NOW + 50_000 }), server(2)]), view()).shapes.find(
    labelled("election timer"),
  );
  expect(arc).toMatchObject({ kind: "arc", from: 0, to: 0.25 });
});

test("the write bar fills between the write's begin and its end", () => {
  expect(writeShare(server(1), NOW)).toBeNull();
  expect(writeShare(server(1, { writeSinceUs: NOW - 250, writeDueUs: NOW + 750 }), NOW)).toBe(0.25);
});

test("role is shown by ring and glyph, not by colour alone", () => {
  const servers = [
    server(1, { role: "leader", deadlineUs: -1 }),
    server(2, { role: "candidate", voters: [2, 3], votes: 2 }),
    server(3),
    server(4, { up: false }),
    server(5, { paused: true }),
  ];
  const { shapes, places } = stageScene(frame(servers), view());
  const dashOf = (id: number) => shapes.find((shape) => shape.kind === "disc" && shape.label === `S${id}`);
  expect([1, 2, 3, 4].map((id) => (dashOf(id) as { dash?: string }).dash)).toEqual([
    "solid",
    "dashed",
    "solid",
    "dotted",
  ]);
  const glyphs = shapes.filter((shape) => shape.kind === "glyph" && ["crown", "cross", "pause"].includes(shape.name));
  expect(glyphs.map(({ label }) => label)).toEqual(["crown", "cross", "pause"]);
  expect(shapes.filter(({ label }) => label?.startsWith("vote of")).length).toBe(2);
  expect(shapes.some((shape) => shape.kind === "text" && shape.text === "2 of 3 votes")).toBe(true);
  // And whose they are.
  expect(shapes.some((shape) => shape.kind === "text" && shape.text === "its own, S3")).toBe(true);
  expect(places.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
});

test("a point on what was painted hits it, and slack reaches what is near", () => {
  const scene = stageScene(frame(ring(5), [message(1, 3, "append", 0.5), message(1001, 1, "request", 0.5)]), view());
  for (const { id, centre } of scene.places) expect(hit(scene, centre, 0)).toEqual({ kind: "server", id });
  const at = placeOfMessage(scene);
  expect(hit(scene, at, 0)).toEqual({ kind: "message", id: 1003 });
  expect(hit(scene, { x: at.x + 20, y: at.y }, 0)).toBeNull();
  expect(hit(scene, { x: at.x + 20, y: at.y }, 22)).toEqual({ kind: "message", id: 1003 });
  const client = scene.shapes.find(labelled("client 1")) as { at: Point };
  expect(hit(scene, client.at, 0)).toEqual({ kind: "client", id: 1001 });
  expect(hit(scene, { x: 5, y: 5 }, 22)).toBeNull();
});

test("with the scissors each direction of a link can be hit", () => {
  const scene = stageScene(frame(ring(5)), view({ tool: "cut" }));
  for (const [from, to] of [
    [1, 2],
    [2, 1],
  ] as const) {
    const lane = lanes(from, to);
    const middle = { x: (lane.from.x + lane.to.x) / 2, y: (lane.from.y + lane.to.y) / 2 };
    expect(hit(scene, middle, 4)).toEqual({ kind: "link", from, to });
  }
});

test("a fence encloses its servers and no others, at every size", () => {
  for (const count of [2, 3, 5, 7, 9, 25, 51, 101]) {
    const layout = layOut(
      ring(count).map(({ id }) => id),
      1040,
      524,
    );
    const all = layout.places.map(({ id }) => id);
    const groups = [[1], [count], [1, count], all.slice(0, Math.floor(count / 2)), all.filter((id) => id % 3 === 1)];
    for (const members of groups) {
      const rest = all.filter((id) => !members.includes(id));
      if (rest.length < members.length) continue;
      expect(misfenced(layout, [rest, members]), `${members} of ${count}`).toEqual([]);
    }
  }
});

test("the name of a contradiction covers no server, on a high stage and on a low one", () => {
  for (const heightCss of [524, 330]) {
    const { shapes, places } = stageScene(frame(ring(5)), view({ heightCss, violationServers: [5, 1] }));
    const plate = shapes.flatMap((s) => (s.kind === "rect" && s.stroke === "danger" ? [s] : []))[0];
    expect(plate, `${heightCss}`).toBeDefined();
    for (const { centre, radius } of plate ? places : []) {
      const dx = Math.max((plate?.at.x ?? 0) - centre.x, 0, centre.x - (plate?.at.x ?? 0) - (plate?.wide ?? 0));
      const dy = Math.max((plate?.at.y ?? 0) - centre.y, 0, centre.y - (plate?.at.y ?? 0) - (plate?.high ?? 0));
      expect(Math.hypot(dx, dy)).toBeGreaterThanOrEqual(radius);
    }
  }
  // Too small a ring goes without; the lines between the servers stay.
  const small = stageScene(frame(ring(5)), view({ widthCss: 150, heightCss: 160, violationServers: [5, 1] }));
  expect(small.shapes.some((s) => s.kind === "text" && s.text.includes("contradicts"))).toBe(false);
  expect(small.shapes.filter((s) => s.kind === "line" && s.stroke === "danger")).toHaveLength(2);
});

test("the timer of a paused server is dotted", () => {
  const dashes = [false, true].map((paused) => {
    const { shapes } = stageScene(frame([server(1, { paused }), server(2)]), view());
    return shapes.flatMap((s) => (s.kind === "arc" ? [s.dash ?? "solid"] : []))[0];
  });
  expect(dashes).toEqual(["solid", "dotted"]);
});

function misfenced(layout: Layout, partition: [number[], number[]]): string[] {
  const faults: string[] = [];
  const fences = fencesAround(partition, layout);
  for (const { id, centre, radius } of layout.places) {
    const member = partition[1].includes(id);
    const around = fences.filter(({ points }) => inside(centre, points)).length;
    if (around !== (member ? 1 : 0)) faults.push(`S${id} is in ${around} fences`);
    const points = fences.flatMap((fence) => fence.points);
    const near = Math.min(...points.map((point) => Math.hypot(point.x - centre.x, point.y - centre.y)));
    if (near < radius) faults.push(`a fence cuts S${id}`);
  }
  return faults;
}

test("the largest group has no fence; of equal ones the first", () => {
  expect(minorities([[1, 2, 3], [4], [5]])).toEqual([[4], [5]]);
  expect(
    minorities([
      [1, 2],
      [3, 4],
    ]),
  ).toEqual([[3, 4]]);
  expect(minorities([])).toEqual([]);
});

test("a drawn fence finds the servers within", () => {
  const scene = stageScene(frame(ring(5)), view());
  const right = [
    { x: 530, y: 0 },
    { x: 1040, y: 0 },
    { x: 1040, y: 524 },
    { x: 530, y: 524 },
  ];
  expect(serversInside(right, scene)).toEqual([2, 3]);
});

test("names of servers are drawn together", () => {
  for (const [ids, want] of [
    [[5], "S5"],
    [[2, 1], "S1, S2"],
    [[1, 2, 3, 7], "S1–S3, S7"],
  ] as const) {
    expect(serverNames(ids)).toBe(want);
  }
});

function lanes(from: number, to: number) {
  const layout = layOut([1, 2, 3, 4, 5], 1040, 524);
  const [a, b] = [layout.byId.get(from), layout.byId.get(to)];
  if (!a || !b) throw new Error("no such server");
  return laneBetween(layout, a, b);
}

function placeOfMessage(scene: Scene): Point {
  const shape = scene.shapes.find(({ target, kind }) => kind === "glyph" && target?.kind === "message");
  if (shape?.kind !== "glyph") throw new Error("no message was drawn");
  return shape.at;
}

function labelled(label: string): (shape: Shape) => boolean {
  return (shape) => shape.label === label;
}

import { expect, test } from "@playwright/test";
import { type Box, boxOf, overlap, touches } from "../../web/src/scene/labels.ts";
import { type Layout, layOut, reach } from "../../web/src/scene/layout.ts";
import type { Scene, TextShape } from "../../web/src/scene/shapes.ts";
import { stageScene } from "../../web/src/scene/stage.ts";
import { frame, ring, server, view } from "./scene-fixtures.ts";

const COUNTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 25, 51, 75, 101];
const STAGES = [
  { name: "desk", widthCss: 1040, heightCss: 524 },
  { name: "laptop", widthCss: 960, heightCss: 400 },
  { name: "phone", widthCss: 390, heightCss: 360 },
  { name: "embed", widthCss: 480, heightCss: 300 },
];

test("servers keep clear of each other and of the stage's edge", () => {
  for (const { name, widthCss, heightCss } of STAGES) {
    for (const count of COUNTS) {
      expect(
        crowding(layOut(ids(count), widthCss, heightCss), widthCss, heightCss),
        `${count} servers on a ${name}`,
      ).toEqual([]);
    }
  }
});

/** What stands too near to what. The smallest stages hold a hundred servers as touching dots. */
function crowding(layout: Layout, widthCss: number, heightCss: number): string[] {
  const faults: string[] = [];
  for (const [i, a] of layout.places.entries()) {
    const { x, y } = a.centre;
    const beside = reach(layout, 0);
    const within = x > beside && x < widthCss - beside && y > reach(layout, -1) && y < heightCss - reach(layout, 1);
    if (!within) faults.push(`S${a.id} leaves the stage`);
    for (const b of layout.places.slice(i + 1)) {
      const apart = Math.hypot(x - b.centre.x, y - b.centre.y);
      if (apart < a.radius + b.radius) faults.push(`S${a.id} meets S${b.id}`);
    }
  }
  return faults;
}

test("the first server stands on top and the ring goes clockwise", () => {
  const { places } = layOut(ids(5), 1040, 524);
  const [s1, s2, , , s5] = places.map(({ centre }) => centre);
  expect(s1 && s2 && s5 && s1.y < s2.y && s2.x > s1.x && s5.x < s1.x).toBe(true);
  expect(s2?.y).toBeCloseTo(s5?.y ?? 0, 3);
});

test("tools, clients and the box for requests have their room", () => {
  for (const count of COUNTS) {
    const { places, radius } = layOut(ids(count), 1040, 524);
    for (const { centre } of places) {
      expect(centre.x - radius).toBeGreaterThan(64);
      expect(centre.x + radius > 740 && centre.y - radius < 60, `${count} servers`).toBe(false);
    }
  }
});

test("labels of servers meet neither each other nor a ring nor the stage's edge", () => {
  for (const count of [1, 2, 3, 5, 7, 9, 25, 51, 101]) {
    const scene = stageScene(frame(ring(count)), view());
    checkTexts(scene, count);
  }
});

test("the longest labels fit at 3, 5, 7 and 9 servers, fenced and not", () => {
  for (const count of [3, 5, 7, 9]) {
    for (const partition of [[], [[1], ids(count).slice(1)], [[count], ids(count - 1)]]) {
      const servers = ids(count).map((id) => server(id, id % 2 ? { role: "candidate", votes: 1 } : { paused: true }));
      checkTexts(stageScene(frame(servers), view({ partition })), count);
    }
  }
});

function checkTexts(scene: Scene, count: number): void {
  expect(collisions(scene), `${count} servers`).toEqual([]);
}

function collisions(scene: Scene): string[] {
  const faults: string[] = [];
  const texts = scene.shapes.filter((shape): shape is TextShape => shape.kind === "text");
  const boxes = texts.map((text) => ({ text, box: boxOf(text) }));
  for (const [i, { text, box }] of boxes.entries()) {
    if (!inStage(box)) faults.push(`"${text.text}" leaves the stage`);
    for (const other of boxes.slice(i + 1)) {
      if (overlap(box, other.box)) faults.push(`"${text.text}" meets "${other.text.text}"`);
    }
    const written = scene.places.some(
      ({ centre, radius }) => Math.hypot(text.at.x - centre.x, text.at.y - centre.y) < radius,
    );
    if (written) continue;
    for (const { id, centre, radius } of scene.places) {
      if (touches(box, centre, radius)) faults.push(`"${text.text}" meets S${id}`);
    }
  }
  return faults;
}

function inStage(box: Box): boolean {
  return box.x >= 0 && box.y >= 0 && box.x + box.wide <= 1040 && box.y + box.high <= 524;
}

function ids(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

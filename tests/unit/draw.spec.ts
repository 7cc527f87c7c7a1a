import { expect, test } from "@playwright/test";
import { glyphPath } from "../../web/src/draw/glyphs.ts";
import { paint } from "../../web/src/draw/paint.ts";
import { DARK, LIGHT, themeFrom } from "../../web/src/draw/theme.ts";
import type { GlyphName, Point, Scene, Shape } from "../../web/src/scene/shapes.ts";
import { stageScene } from "../../web/src/scene/stage.ts";
import { frame, message, ring, view } from "./scene-fixtures.ts";

const THEME = themeFrom((token) => LIGHT[token]);
const GLYPHS: GlyphName[] = [
  "arrowhead",
  "diamond",
  "circle",
  "square",
  "crown",
  "cross",
  "pause",
  "hand",
  "bolt",
  "flag",
  "warning",
  "chevron",
];

test("what a scene says is what is written, in paint order", () => {
  const { context, log } = recorder();
  paint(
    context,
    stageScene(frame(ring(3), [message(1, 2, "append", 0.5, { entries: 1 })]), view({ widthCss: 600, heightCss: 400 })),
    THEME,
    2,
  );
  const words = log.filter(([name]) => name === "fillText").map(([, text]) => text);
  expect(words).toEqual(expect.arrayContaining(["S1", "S2", "S3", "term 2", "entry 4"]));
});

test("shapes are painted in CSS pixels scaled to the backing store", () => {
  const { context, log } = recorder();
  paint(context, sceneOf({ kind: "line", from: { x: 1, y: 2 }, to: { x: 3, y: 4 }, stroke: "ink" }), THEME, 2);
  expect(log).toContainEqual(["setTransform", 2, 0, 0, 2, 0, 0]);
  expect(log).toContainEqual(["moveTo", 1, 2]);
  expect(log).toContainEqual(["lineTo", 3, 4]);
});

test("an arc starts at the top and goes clockwise", () => {
  const { context, log } = recorder();
  paint(context, sceneOf({ kind: "arc", at: { x: 0, y: 0 }, radius: 5, from: 0, to: 0.25, stroke: "ink" }), THEME, 1);
  expect(log).toContainEqual(["arc", 0, 0, 5, -Math.PI / 2, 0]);
});

test("dashes and transparency do not leak into the next shape", () => {
  const { context, log } = recorder();
  const line: Shape = { kind: "line", from: { x: 0, y: 0 }, to: { x: 9, y: 0 }, stroke: "ink" };
  paint(context, sceneOf({ ...line, dash: "dotted", alpha: 0.5 }, line), THEME, 1);
  const calls = log.filter(([name]) => ["setLineDash", "stroke", "globalAlpha"].includes(name));
  expect(calls.map(([name, value]) => (name === "stroke" ? name : `${name} ${JSON.stringify(value)}`))).toEqual([
    "globalAlpha 0.5",
    "setLineDash [0.03,3.3000000000000003]",
    "stroke",
    "setLineDash []",
    "globalAlpha 1",
    "stroke",
    "globalAlpha 1",
  ]);
});

test("glyphs keep within their size", () => {
  for (const name of GLYPHS) {
    const reached: number[] = [];
    const note = (...at: number[]): void => void reached.push(...at.map(Math.abs));
    const pen = {
      moveTo: note,
      lineTo: note,
      closePath: () => {},
      arc: (_x: number, _y: number, radius: number) => note(radius),
      rect: note,
      bezierCurveTo: note,
    };
    glyphPath(pen, name, 10);
    expect(Math.max(...reached), name).toBeLessThanOrEqual(10.5);
    expect(Math.max(...reached), name).toBeGreaterThanOrEqual(8);
  }
});

test("a disc that stays as it is becomes a picture; one that moves is painted anew", () => {
  const { context, log } = recorder({ createElement: () => ({ getContext: () => recorder().context }) });
  const disc: Shape = { kind: "disc", at: { x: 20, y: 20 }, radius: 9, fill: "panel", stroke: "ink" };
  const painted = (at: Point): unknown[] => {
    log.length = 0;
    paint(context, sceneOf({ ...disc, at }), THEME, 2);
    return log.map(([name]) => name).filter((name) => name === "arc" || name === "drawImage");
  };
  const middle = { x: 20, y: 20 };
  expect(painted(middle)).toEqual(["arc"]);
  expect(painted(middle)).toEqual(["drawImage"]);
  expect(painted(middle)).toEqual(["drawImage"]);
  // Its outline reaches 1.75 pixels of CSS beyond its radius, and pictures begin with whole pixels of the screen.
  expect(log.find(([name]) => name === "drawImage")?.slice(2)).toEqual([18, 18]);
  expect(painted({ x: 30, y: 20 })).toEqual(["drawImage"]);
  expect(painted({ x: 30.1, y: 20 })).toEqual(["arc"]);
  expect(painted({ x: 30.2, y: 20 })).toEqual(["arc"]);
});

test("a picture is made anew for another theme", () => {
  const { context, log } = recorder({ createElement: () => ({ getContext: () => recorder().context }) });
  const scene = sceneOf({ kind: "disc", at: { x: 9, y: 9 }, radius: 5, fill: "panel", stroke: null });
  for (const theme of [THEME, THEME, themeFrom((token) => DARK[token])]) paint(context, scene, theme, 1);
  const painted = log.map(([name]) => name).filter((name) => name === "arc" || name === "drawImage");
  expect(painted).toEqual(["arc", "drawImage", "arc"]);
});

function sceneOf(...shapes: Shape[]): Scene {
  return { shapes, places: [] };
}

/** A context that writes down what is called and set, and draws nothing. */
function recorder(ownerDocument: unknown = null): { context: CanvasRenderingContext2D; log: [string, ...unknown[]][] } {
  const log: [string, ...unknown[]][] = [];
  const canvas = { width: 100, height: 100, ownerDocument };
  const context = new Proxy({} as CanvasRenderingContext2D, {
    get: (_, name) => (name === "canvas" ? canvas : (...values: unknown[]) => void log.push([String(name), ...values])),
    set: (_, name, value) => {
      log.push([String(name), value]);
      return true;
    },
  });
  return { context, log };
}

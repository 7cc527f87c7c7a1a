/** Playing as a value: no engine, no browser. */
import { expect, test } from "@playwright/test";
import {
  advance,
  atRest,
  DEFAULT_SPEED,
  logsPauseMs,
  MAX_STEP_MS,
  nearestSpeed,
  nextSpeed,
  SPEEDS,
  speedText,
  tapeEnd,
} from "../../web/src/app/playback.ts";

const playing = { ...atRest(), playing: true };

test("time passes at the speed of the run", () => {
  expect(advance({ ...playing, speed: 1 / 20 }, 20).timeUs).toBe(1000);
  expect(advance({ ...playing, speed: 10 }, 16).timeUs).toBe(160_000);
});

test("at rest no time passes", () => {
  const rest = atRest(500);
  expect(advance(rest, 1000)).toBe(rest);
});

test("a tab that was hidden does not leap", () => {
  const minute = advance({ ...playing, speed: 1 }, 60_000).timeUs;
  expect(minute).toBe(MAX_STEP_MS * 1000);
  expect(advance(playing, -5).timeUs).toBe(0);
});

test("the slowest speed still moves, over many frames", () => {
  let now = { ...playing, speed: 1 / 1000 };
  for (let frame = 0; frame < 60; frame++) now = advance(now, 1000 / 60);
  expect(now.timeUs).toBeCloseTo(1000, 3);
});

test("faster and slower walk through all choices and stop at the ends", () => {
  let speed = SPEEDS[0] ?? 0;
  const up = [speed];
  while (nextSpeed(speed, 1) !== speed) {
    speed = nextSpeed(speed, 1);
    up.push(speed);
  }
  expect(up).toEqual(SPEEDS);
  expect(nextSpeed(10, 1)).toBe(10);
  expect(nextSpeed(1 / 1000, -1)).toBe(1 / 1000);
  expect(SPEEDS).toContain(DEFAULT_SPEED);
});

test("a speed from outside becomes the nearest choice", () => {
  expect(nearestSpeed(0.06)).toBe(1 / 20);
  expect(nearestSpeed(1000)).toBe(10);
  expect(nearestSpeed(1e-9)).toBe(1 / 1000);
  expect([1 / 1000, 0.5, 1, 10].map(speedText)).toEqual(["1/1000", "1/2", "1", "10"]);
});

test("the tape ends in round steps, after the live edge", () => {
  for (const edge of [0, 1, 180_000, 499_999, 500_000, 12_345_678, 3_600_000_000]) {
    expect(tapeEnd(edge)).toBeGreaterThan(edge);
    expect(tapeEnd(edge) % 50_000).toBe(0);
  }
  // It holds still while a run goes on, but for a few steps.
  const ends = new Set(Array.from({ length: 1000 }, (_, ms) => tapeEnd(ms * 1000)));
  expect(ends.size).toBeLessThan(5);
});

test("the logs are exact at rest and in slow motion, and legible in real time", () => {
  expect(logsPauseMs({ playing: false, speed: 10, timeUs: 0 })).toBe(0);
  expect(logsPauseMs({ playing: true, speed: DEFAULT_SPEED, timeUs: 0 })).toBe(0);
  expect(logsPauseMs({ playing: true, speed: 1, timeUs: 0 })).toBeGreaterThan(50);
});

/** The window of the logs that follows what happens. */
import { expect, test } from "@playwright/test";
import { windowFollowing, windowFrom } from "../../web/src/app/log-window.ts";
import type { Frame, ServerFrame } from "../../web/src/engine/frame.ts";
import type { LogRow } from "../../web/src/engine/types.ts";
import { frame, ring } from "./scene-fixtures.ts";

const COLUMNS = { good: 12, most: 30 };

/** S1 leads with `last` entries, of which `commit` are committed; the others are next sent `next`. */
function at(last: number, commit: number, next: number[], down: number[] = []): { first: number; last: number } {
  const servers = ring(next.length + 1).map(
    (server): ServerFrame => ({
      ...server,
      role: server.id === 1 ? "leader" : "follower",
      commitIndex: commit,
      up: !down.includes(server.id),
    }),
  );
  const shown: Frame = { ...frame(servers), lastIndexMax: last, committed: commit };
  const row = (server: number, nextIndex: number): LogRow => ({
    server,
    firstIndex: 1,
    lastIndex: last,
    commitIndex: commit,
    nextIndex,
    matchIndex: 0,
    cells: [],
  });
  return windowFollowing(shown, [row(1, 0), ...next.map((index, i) => row(i + 2, index))], COLUMNS);
}

test("the newest entries are in view, in columns of a good width", () => {
  expect(at(5, 5, [6, 6])).toEqual({ first: 1, last: 12 });
  expect(at(40, 39, [41, 40])).toEqual({ first: 29, last: 40 });
});

test("columns get narrower so that commit index, next index and newest entry are in view together", () => {
  for (const [last, commit, next] of [
    [29, 12, [13, 13]],
    [29, 12, [10, 13]],
    [40, 11, [12, 30]],
  ] as const) {
    const window = at(last, commit, [...next]);
    expect(window.first).toBeLessThanOrEqual(Math.min(commit, ...next));
    expect(window.last).toBeGreaterThanOrEqual(last);
    expect(window.last - window.first + 1).toBeLessThanOrEqual(COLUMNS.most);
  }
});

test("a server that is down or far behind does not hold the others back", () => {
  expect(at(40, 39, [3, 40], [2])).toEqual({ first: 29, last: 40 });
  expect(at(400, 399, [3, 400])).toEqual({ first: 389, last: 400 });
});

test("when more waits than there is room for, what is worked at is in view", () => {
  const window = at(1000, 12, [13, 13]);
  expect(window).toEqual({ first: 12, last: 41 });
});

test("a page that the reader has turned to stays, and ends with the newest entry", () => {
  expect(windowFrom(5, COLUMNS, 100)).toEqual({ first: 5, last: 16 });
  expect(windowFrom(99, COLUMNS, 100)).toEqual({ first: 89, last: 100 });
});

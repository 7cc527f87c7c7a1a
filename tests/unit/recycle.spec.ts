import { expect, test } from "@playwright/test";
import { slotsFor } from "../../web/src/ui/recycle.ts";

test("lines keep their elements, and what comes takes those that were left", () => {
  const first = slotsFor(["c", "b", "a"], new Map());
  expect([...first.values()].sort()).toEqual([0, 1, 2]);
  const second = slotsFor(["e", "d", "c"], first);
  expect(second.get("c"), "it stays").toBe(first.get("c"));
  expect([...second.values()].sort(), "no element is made").toEqual([0, 1, 2]);
  const longer = slotsFor(["f", "e", "d", "c"], second);
  expect(longer.get("f")).toBe(3);
  expect(new Set(longer.values()).size, "each has its own").toBe(4);
});

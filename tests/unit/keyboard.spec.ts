/** The keyboard as a table: which key means what, and which keys are left to others. */
import { expect, test } from "@playwright/test";
import { intentFor, KEYS, type KeyContext, type KeyPress } from "../../web/src/app/keyboard.ts";

const context: KeyContext = {
  server: 3,
  up: true,
  paused: false,
  playing: false,
  readonly: false,
  typing: false,
  onButton: false,
};
const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

test("each key of the table does something, and none is there twice", () => {
  const keys = KEYS.flatMap((binding) => binding.keys);
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of keys) expect(intentFor(press(key), context), key).not.toBeNull();
});

test("keys for one server name the server at hand", () => {
  expect(intentFor(press("c"), context)).toEqual({ kind: "command", text: "crash S3" });
  expect(intentFor(press("c"), { ...context, up: false })).toEqual({ kind: "command", text: "restart S3" });
  expect(intentFor(press("p"), { ...context, paused: true })).toEqual({ kind: "command", text: "resume S3" });
  expect(intentFor(press("t"), context)).toEqual({ kind: "command", text: "timeout S3" });
  expect(intentFor(press("r"), context)).toEqual({ kind: "command", text: "request x=3 to S3" });
  for (const key of ["c", "p", "t", "r"]) {
    expect(intentFor(press(key), { ...context, server: 0 }), "no server at hand").toBeNull();
    expect(intentFor(press(key), { ...context, readonly: true }), "only to look at").toBeNull();
  }
});

test("keys with Ctrl, Alt or Meta are left alone, but for undo and redo", () => {
  for (const modifier of ["ctrlKey", "altKey", "metaKey"] as const) {
    expect(intentFor(press("k", { [modifier]: true }), context)).toBeNull();
    expect(intentFor(press("1", { [modifier]: true }), context)).toBeNull();
  }
  expect(intentFor(press("z", { ctrlKey: true }), context)).toEqual({ kind: "undo" });
  expect(intentFor(press("Z", { metaKey: true, shiftKey: true }), context)).toEqual({ kind: "redo" });
  expect(intentFor(press("y", { ctrlKey: true }), context)).toEqual({ kind: "redo" });
});

test("while typing only Esc is ours", () => {
  const typing = { ...context, typing: true };
  for (const key of ["k", " ", ".", "5", "ArrowLeft", "Home"]) expect(intentFor(press(key), typing)).toBeNull();
  expect(intentFor(press("z", { ctrlKey: true }), typing)).toBeNull();
  expect(intentFor(press("Escape"), typing)).toEqual({ kind: "escape" });
});

test("a focused button keeps Space", () => {
  expect(intentFor(press(" "), { ...context, onButton: true })).toBeNull();
  expect(intentFor(press("k"), { ...context, onButton: true })).toEqual({ kind: "toggle-play" });
});

test("digits jump to tenths, arrows nudge", () => {
  expect(intentFor(press("7"), context)).toEqual({ kind: "seek-share", share: 0.7 });
  expect(intentFor(press("ArrowLeft"), context)).toEqual({ kind: "seek-by", us: -10_000 });
  expect(intentFor(press("ArrowRight", { shiftKey: true }), context)).toEqual({ kind: "seek-by", us: 100_000 });
});

test("keys that mean nothing are not consumed", () => {
  for (const key of ["Tab", "Enter", "PageDown", "x", "F5"]) expect(intentFor(press(key), context), key).toBeNull();
});

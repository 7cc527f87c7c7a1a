/**
 * All keys in one table: the handler walks it, the help dialog prints it.
 * Keys work only while focus is inside the element, and never while typing.
 */
import * as commands from "./commands.ts";
import type { Intent } from "./intents.ts";

/** What a key may depend on. */
export interface KeyContext {
  /** The server that has focus, or is selected; 0 if none. */
  server: number;
  up: boolean;
  paused: boolean;
  playing: boolean;
  readonly: boolean;
  /** Focus is in a text field or a list of choices. */
  typing: boolean;
  /** Focus is on a button, which wants Space and Enter for itself. */
  onButton: boolean;
}

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

interface Binding {
  /** Values of KeyboardEvent.key. */
  keys: readonly string[];
  shown: string;
  does: string;
  group: "Time" | "Servers" | "Page";
  intent: (context: KeyContext, press: KeyPress) => Intent | null;
}

/** A quarter of a heartbeat interval: small enough to follow a message. */
const NUDGE_US = 10_000;

const plain = (kind: "toggle-play" | "step" | "step-back" | "faster" | "slower" | "describe" | "escape") => () =>
  ({ kind }) as Intent;

const onServer =
  (text: (context: KeyContext) => string) =>
  (context: KeyContext): Intent | null =>
    context.server > 0 && !context.readonly ? { kind: "command", text: text(context) } : null;

const arrow =
  (sign: 1 | -1) =>
  (_context: KeyContext, press: KeyPress): Intent => ({
    kind: "seek-by",
    us: sign * NUDGE_US * (press.shiftKey ? 10 : 1),
  });

export const KEYS: readonly Binding[] = [
  { keys: [" ", "k"], shown: "Space or k", does: "play or pause", group: "Time", intent: plain("toggle-play") },
  { keys: ["."], shown: ".", does: "one event forward", group: "Time", intent: plain("step") },
  { keys: [","], shown: ",", does: "one event back", group: "Time", intent: plain("step-back") },
  { keys: ["ArrowRight"], shown: "→", does: "10 ms forward, with Shift 100 ms", group: "Time", intent: arrow(1) },
  { keys: ["ArrowLeft"], shown: "←", does: "10 ms back, with Shift 100 ms", group: "Time", intent: arrow(-1) },
  {
    keys: ["]"],
    shown: "]",
    does: "next mark",
    group: "Time",
    intent: () => ({ kind: "run-until", goal: "next-mark" }),
  },
  {
    keys: ["["],
    shown: "[",
    does: "previous mark",
    group: "Time",
    intent: () => ({ kind: "run-until", goal: "previous-mark" }),
  },
  {
    keys: [..."0123456789"],
    shown: "0 to 9",
    does: "to 0 % to 90 % of the run",
    group: "Time",
    intent: (_context, press) => ({ kind: "seek-share", share: Number(press.key) / 10 }),
  },
  { keys: ["Home"], shown: "Home", does: "to the start", group: "Time", intent: () => ({ kind: "to-start" }) },
  { keys: ["End"], shown: "End", does: "to the live edge", group: "Time", intent: () => ({ kind: "to-edge" }) },
  { keys: ["<"], shown: "<", does: "slower", group: "Time", intent: plain("slower") },
  { keys: [">"], shown: ">", does: "faster", group: "Time", intent: plain("faster") },
  { keys: ["n"], shown: "n", does: "next server", group: "Servers", intent: () => ({ kind: "next-server" }) },
  {
    keys: ["c"],
    shown: "c",
    does: "crash or restart the server",
    group: "Servers",
    intent: onServer(({ server, up }) => (up ? commands.crash(server) : commands.restart(server))),
  },
  {
    keys: ["p"],
    shown: "p",
    does: "pause or resume the server",
    group: "Servers",
    intent: onServer(({ server, paused }) => (paused ? commands.resume(server) : commands.pause(server))),
  },
  {
    keys: ["t"],
    shown: "t",
    does: "let the server's timer run out now",
    group: "Servers",
    intent: onServer(({ server }) => commands.timeOut(server)),
  },
  {
    keys: ["r"],
    shown: "r",
    does: "send the server a client request",
    group: "Servers",
    intent: onServer(({ server }) => `request x=${server} to S${server}`),
  },
  { keys: ["d"], shown: "d", does: "describe the cluster", group: "Page", intent: plain("describe") },
  {
    keys: ["?"],
    shown: "?",
    does: "this list",
    group: "Page",
    intent: () => ({ kind: "dialog", dialog: "help" }),
  },
  { keys: ["Escape"], shown: "Esc", does: "close, or let go of the selection", group: "Page", intent: plain("escape") },
];

/** Shown in the help, handled apart: the only keys that carry a modifier. */
export const UNDO_KEYS = [
  { shown: "Ctrl Z", does: "undo your last action" },
  { shown: "Ctrl Shift Z", does: "redo it" },
] as const;

/** Handled apart as well: what has the focus gives the arrows another meaning. */
export const ARROWS = [
  { shown: "Arrows", does: "on a server: to the next one" },
  { shown: "Arrows", does: "on the logs: from entry to entry" },
] as const;

/** What a key press asks for, or null if it is not ours to consume. */
export function intentFor(press: KeyPress, context: KeyContext): Intent | null {
  if (context.typing) return press.key === "Escape" ? { kind: "escape" } : null;
  if (press.ctrlKey || press.metaKey) return undoRedo(press, context);
  if (press.altKey) return null;
  if (context.onButton && press.key === " ") return null;
  const binding = KEYS.find((b) => b.keys.includes(press.key));
  return binding?.intent(context, press) ?? null;
}

function undoRedo(press: KeyPress, context: KeyContext): Intent | null {
  if (press.altKey || context.readonly) return null;
  const key = press.key.toLowerCase();
  if (key === "z") return { kind: press.shiftKey ? "redo" : "undo" };
  return key === "y" ? { kind: "redo" } : null;
}

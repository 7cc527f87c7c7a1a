/** Keys inside the element: consumed only if they mean something here, so that slides and pages keep the rest. */
import type { App } from "../app/app.ts";
import type { EntryStep } from "../app/entries.ts";
import { intentFor, type KeyContext } from "../app/keyboard.ts";
import { serverAtHand } from "../app/model.ts";

export function onKey(event: KeyboardEvent, app: App, root: ShadowRoot, readonly: boolean): void {
  if (event.defaultPrevented || event.isComposing) return;
  const focus = root.activeElement;
  // An open dialog has keys of its own.
  if (focus?.closest("dialog")) {
    if (event.key === "Escape") event.stopPropagation();
    return;
  }
  if (focus?.classList.contains("proxy") && rove(event, app, root)) {
    consume(event);
    return;
  }
  if (focus?.matches(".logs-scroll") && walkLogs(event, app, focus)) {
    consume(event);
    return;
  }
  // They choose among the buttons of a group.
  if (focus instanceof HTMLInputElement && focus.type === "radio" && event.key.startsWith("Arrow")) return;
  const intent = intentFor(event, context(app, focus, readonly));
  if (intent === null || (intent.kind === "escape" && nothingToLeave(app))) return;
  consume(event);
  app.send(intent);
  if (intent.kind === "next-server") focusServer(root, serverAtHand(app.model.view));
}

function consume(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

function context(app: App, focus: Element | null, readonly: boolean): KeyContext {
  const server = focusedServer(focus) || serverAtHand(app.model.view);
  const frame = app.model.frame?.servers.find((s) => s.id === server);
  const field = focus instanceof HTMLInputElement && !["checkbox", "radio", "range"].includes(focus.type);
  return {
    server,
    up: frame?.up ?? true,
    paused: frame?.paused ?? false,
    playing: app.model.playback.playing,
    readonly,
    typing: field || focus instanceof HTMLTextAreaElement || focus instanceof HTMLSelectElement,
    onButton: focus instanceof HTMLButtonElement || focus?.tagName === "SUMMARY" || focus instanceof HTMLInputElement,
  };
}

/** Esc with nothing open belongs to the page around us. */
function nothingToLeave(app: App): boolean {
  const { poster, menu, sheet, selected, tool, fenceDraft, cutDraft } = app.model.view;
  return !poster && !menu && sheet === null && selected === null && tool === "select" && !fenceDraft && !cutDraft;
}

/** Arrows move between the servers; the rest of the keys keep their meaning. */
function rove(event: KeyboardEvent, app: App, root: ShadowRoot): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const ids = app.model.frame?.servers.map((s) => s.id) ?? [];
  if (by === undefined || ids.length === 0) return false;
  const at = ids.indexOf(focusedServer(root.activeElement));
  focusServer(root, ids[(at + by + ids.length) % ids.length] ?? 0);
  return true;
}

/** Arrows move from entry to entry, and Enter shows the entry again that was looked at. */
function walkLogs(event: KeyboardEvent, app: App, scroll: Element): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const steps: Record<string, EntryStep> = {
    ArrowRight: { later: 1, down: 0 },
    ArrowLeft: { later: -1, down: 0 },
    ArrowDown: { later: 0, down: 1 },
    ArrowUp: { later: 0, down: -1 },
    Enter: { later: 0, down: 0 },
  };
  const step = steps[event.key];
  if (step === undefined) return false;
  app.send({ kind: "next-entry", step });
  const { selected } = app.model.view;
  const { rows } = app.model.logs;
  const at = selected?.kind === "entry" ? rows.findIndex((row) => row.server === selected.server) : -1;
  // The row in the middle: how high rows are is the drawing's business, but all are equally high.
  if (at >= 0) scroll.scrollTop = (scroll.scrollHeight * (at + 0.5)) / rows.length - scroll.clientHeight / 2;
  return true;
}

/** Which server has the focus, whether or not the focus shows: after a click it does not. */
function focusedServer(focus: Element | null): number {
  return focus instanceof HTMLElement && focus.matches(".proxy") ? Number(focus.dataset.server) : 0;
}

export function focusServer(root: ShadowRoot, id: number): void {
  root.querySelector<HTMLElement>(`.proxy[data-server="${id}"]`)?.focus();
}

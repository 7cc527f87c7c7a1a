/** Pointers on the canvases: what is under them, and what a tool makes of a click or a drag. */
import type { App } from "../app/app.ts";
import * as commands from "../app/commands.ts";
import { tapeUpTo } from "../app/tape.ts";
import { hit } from "../scene/hit.ts";
import type { Point } from "../scene/shapes.ts";
import { serversInside } from "../scene/stage.ts";
import { signAt, timeAt } from "../scene/tape.ts";
import { sameTarget, type Target } from "../scene/view.ts";
import type { Painter } from "./painter.ts";
import type { Surface } from "./surface.ts";

/** Fingers are blunt. */
const SLACK = { mouse: 6, touch: 22 };
/** Points of a fence that are closer than this say nothing new. */
const FENCE_STEP = 4;
/** A hand that presses is not quite still. */
const DRAWN_AWAY = 4;

const slack = (pointer: string): number => (pointer === "mouse" ? SLACK.mouse : SLACK.touch);

export function listenToStage(surface: Surface, app: App, readonly: () => boolean): void {
  const { canvas } = surface;
  /** Not every browser says of a click what it was made with. */
  let pointer = "mouse";
  /** Something was drawn; the click that ends it is none. */
  let drawn = false;
  const under = (event: MouseEvent): Target | null => hit(surface.scene, surface.pointOf(event), slack(pointer));

  canvas.addEventListener("pointerdown", (event) => {
    pointer = event.pointerType;
    drawn = false;
    if (event.button !== 0 || readonly()) return;
    const { tool } = app.model.view;
    if (tool === "fence") app.view({ fenceDraft: [surface.pointOf(event)] });
    const from = under(event);
    if (tool === "cut" && from?.kind === "server")
      app.view({ cutDraft: { from: from.id, to: surface.pointOf(event) } });
    if (tool === "fence" || tool === "cut") canvas.setPointerCapture(event.pointerId);
    app.host.changed();
  });

  canvas.addEventListener("pointermove", (event) => {
    const { fenceDraft, cutDraft } = app.model.view;
    if (fenceDraft) app.view({ fenceDraft: longer(fenceDraft, surface.pointOf(event)) });
    else if (cutDraft) app.view({ cutDraft: { ...cutDraft, to: surface.pointOf(event) } });
    else
      hover(
        app,
        canvas,
        event.pointerType === "mouse" ? hit(surface.scene, surface.pointOf(event), SLACK.mouse) : null,
      );
    if (fenceDraft || cutDraft) app.host.changed();
  });

  canvas.addEventListener("pointerup", (event) => {
    if (event.button !== 0) return;
    const { fenceDraft, cutDraft } = app.model.view;
    drawn = fenceDraft !== null || cutDraft !== null;
    if (!drawn) return;
    app.view({ fenceDraft: null, cutDraft: null });
    if (fenceDraft) fence(app, surface, fenceDraft);
    else if (cutDraft) cut(app, cutDraft.from, under(event));
    app.host.changed();
  });
  // Not when the pointer is lifted: a finger's click comes after that, and would press a button of the menu that has
  // opened under it.
  canvas.addEventListener("click", (event) => {
    if (!drawn) click(app, under(event), readonly());
    app.host.changed();
  });

  canvas.addEventListener("pointercancel", () => {
    app.view({ fenceDraft: null, cutDraft: null });
    app.host.changed();
  });
  canvas.addEventListener("pointerleave", () => hover(app, canvas, null));
}

export function listenToLogs(surface: Surface, app: App): void {
  const { canvas } = surface;
  const under = (event: PointerEvent): Target | null => hit(surface.scene, surface.pointOf(event), 2);
  canvas.addEventListener("pointermove", (event) => hover(app, canvas, under(event)));
  canvas.addEventListener("pointerleave", () => hover(app, canvas, null));
  canvas.addEventListener("click", (event) => {
    const target = under(event as PointerEvent);
    if (target) app.send({ kind: "select", target });
  });
}

/** The tape is the scrubber: press anywhere and drag. */
export function listenToTape(strip: HTMLElement, painter: Painter, app: App): void {
  const at = (event: PointerEvent): number | null => {
    const view = painter.tapeView;
    return view && painter.tape ? timeAt(painter.tape.pointOf(event).x, view) : null;
  };
  const seek = (event: PointerEvent): void => {
    const timeUs = at(event);
    if (timeUs !== null) app.send({ kind: "seek", timeUs });
  };
  const sign = (event: PointerEvent): ReturnType<typeof signAt> => {
    const { tape, edgeUs } = app.model;
    const view = painter.tapeView;
    return view && painter.tape ? signAt(tapeUpTo(tape, edgeUs), view, painter.tape.pointOf(event)) : undefined;
  };
  /** Where a sign was pressed: its event is meant to the very event, until the pointer is drawn away. */
  let pressedAt: number | null = null;
  strip.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    strip.setPointerCapture(event.pointerId);
    const mark = sign(event);
    pressedAt = mark ? event.clientX : null;
    if (mark) app.send({ kind: "seek-event", event: mark.event });
    else seek(event);
  });
  strip.addEventListener("pointermove", (event) => {
    painter.hoverUs = at(event);
    const title = sign(event)?.label ?? "";
    if (title !== strip.title) strip.title = title;
    if (pressedAt !== null && Math.abs(event.clientX - pressedAt) < DRAWN_AWAY) return;
    if (strip.hasPointerCapture(event.pointerId)) seek(event);
    else app.host.changed();
  });
  strip.addEventListener("pointerup", () => {
    pressedAt = null;
  });
  strip.addEventListener("pointerleave", () => {
    painter.hoverUs = null;
    app.host.changed();
  });
}

function hover(app: App, canvas: HTMLCanvasElement, target: Target | null): void {
  if (sameTarget(target, app.model.view.hovered)) return;
  canvas.classList.toggle("over", target !== null);
  app.view({ hovered: target });
  app.host.changed();
}

function longer(fence: Point[], to: Point): Point[] {
  const last = fence.at(-1);
  return last && Math.hypot(to.x - last.x, to.y - last.y) < FENCE_STEP ? fence : [...fence, to];
}

function fence(app: App, surface: Surface, draft: Point[]): void {
  const all = app.model.frame?.servers.map((s) => s.id) ?? [];
  const inside = serversInside(draft, surface.scene);
  const text = commands.fence(inside, all);
  if (text !== null) app.send({ kind: "command", text });
  else if (inside.length === 0)
    app.send({ kind: "notice", text: "The fence holds no server. Draw a ring around at least one." });
  else app.send({ kind: "notice", text: "The fence holds every server, so nobody is cut off." });
}

/** The same line again mends what it has cut, as a second click of the crash tool restarts. */
function cut(app: App, from: number, to: Target | null): void {
  if (to?.kind !== "server" || to.id === from) {
    app.send({ kind: "notice", text: "End the line on another server to cut that direction, or to mend it." });
    return;
  }
  const isCut = app.model.settings?.cuts.some(([one, two]) => one === from && two === to.id) ?? false;
  app.send({ kind: "command", text: isCut ? commands.mend(from, to.id) : commands.cut(from, to.id) });
}

function click(app: App, target: Target | null, readonly: boolean): void {
  const { tool } = app.model.view;
  if (tool === "select" || readonly) app.send({ kind: "select", target, menu: true });
  else if (tool === "cut") app.send({ kind: "notice", text: "Begin the line on the server that sends." });
  else if (target?.kind === "server") {
    const up = app.model.frame?.servers.find((s) => s.id === target.id)?.up ?? true;
    const crash = up ? commands.crash(target.id) : commands.restart(target.id);
    app.send({ kind: "command", text: tool === "timeout" ? commands.timeOut(target.id) : crash });
  }
}

/** Reading the engine into the model. Nothing is asked for that nobody sees, and nothing twice. */
import { decodeFrame } from "../engine/frame.ts";
import type { Session } from "../engine/session.ts";
import type { Lab } from "../engine/types.ts";
import type { Model } from "./model.ts";
import { logWindow } from "./view.ts";

const FEED_LINES = 60;

/** What moves with every frame of the picture. */
export function lookAtFrame(model: Model, session: Session): void {
  model.frame = decodeFrame(session.ask((lab) => lab.frame()));
}

/** Rows of the logs for as many columns as fit. */
export function lookAtLogs(model: Model, session: Session, columns: number): void {
  const { first, last } = logWindow(model.view.logsFirst, columns, model.frame?.lastIndexMax ?? 0);
  model.logs = { first, last, rows: session.ask((lab) => lab.logs(first, last)) };
}

/** What is read rather than watched: refreshed a few times a second while playing. */
export function lookAtPanels(model: Model, session: Session): void {
  session.ask((lab) => {
    model.story = lab.story();
    model.feed = lab.feed(FEED_LINES, [...model.view.topics]);
    model.tape = lab.tape();
    model.settings = lab.settings();
    model.violation = model.frame?.stopped ? (lab.violations().at(-1) ?? null) : null;
    lookAtSelection(model, lab);
  });
}

/** What only the reader's own actions change. */
export function lookAtHistory(model: Model, session: Session): void {
  session.ask((lab) => {
    model.branches = lab.branches();
    model.canUndo = lab.canUndo();
    model.canRedo = lab.canRedo();
  });
  model.runText = session.runText;
}

export function lookAtSelection(model: Model, lab: Lab): void {
  const selected = model.view.selected;
  model.server = selected?.kind === "server" ? lab.server(selected.id) : null;
  model.message = selected?.kind === "message" ? lab.message(selected.id) : null;
  const shown = model.view.tab === "inspector" || model.view.sheet === "inspector";
  model.summary = shown && selected === null ? lab.describe() : "";
}

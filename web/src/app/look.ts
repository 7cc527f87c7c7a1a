/** Reading the engine into the model. Nothing is asked for that nobody sees, and nothing twice. */
import { decodeFrame } from "../engine/frame.ts";
import type { Session } from "../engine/session.ts";
import type { LogRow, Reading } from "../engine/types.ts";
import { type Columns, type LogWindow, windowFollowing, windowFrom } from "./log-window.ts";
import type { Model } from "./model.ts";

/** What moves with every frame of the picture. */
export function lookAtFrame(model: Model, session: Session): void {
  model.frame = decodeFrame(session.read((run) => run.frame()));
  if (!model.frame.stopped) model.violation = null;
}

/** Rows of the logs for as many columns as fit. */
export function lookAtLogs(model: Model, session: Session, columns: Columns): void {
  const ask = ({ first, last }: LogWindow): LogRow[] => session.read((run) => run.logs(first, last));
  const before = model.logs;
  const { frame, view } = model;
  let window: LogWindow = before;
  if (view.logsFirst !== null) window = windowFrom(view.logsFirst, columns, frame?.lastIndexMax ?? 0);
  let rows = ask(window);
  // What the leader sends next, which stands in the rows, decides what is to be seen; mostly that is what was seen before.
  if (view.logsFirst === null && frame !== null) {
    window = windowFollowing(frame, rows, columns);
    if (window.first !== before.first || window.last !== before.last) rows = ask(window);
  }
  const { first, last } = window;
  // Most events leave the logs as they are, and then nobody need draw them again.
  if (first === before.first && last === before.last && sameRows(rows, before.rows)) return;
  model.logs = { first, last, page: columns.good, rows };
}

function sameRows(rows: readonly LogRow[], before: readonly LogRow[]): boolean {
  return rows.length === before.length && rows.every((row, i) => alike(row, before[i]));
}

/** Equal in all that they hold: numbers, texts, and lists of cells. */
function alike<T extends object>(one: T, other: T | undefined): boolean {
  if (other === undefined) return false;
  for (const key in one) {
    const [a, b] = [one[key], other[key]];
    if (Array.isArray(a) && Array.isArray(b)) {
      if (a.length !== b.length || !a.every((part, i) => alike(part, b[i]))) return false;
    } else if (a !== b) return false;
  }
  return true;
}

/** What the picture shows of the world around the servers. */
export function lookAtCircumstances(model: Model, session: Session): void {
  session.read((run) => {
    model.settings = run.settings();
    model.violation = model.frame?.stopped ? (run.violations().at(-1) ?? null) : null;
  });
}

/** What is read rather than watched. */
export function lookAtPanels(model: Model, session: Session): void {
  session.read((run) => {
    model.story = run.story();
    model.feed = run.feed(model.view.feedLines, [...model.view.topics]);
    model.tape = run.tape();
    model.settings = run.settings();
    lookAtSelection(model, run);
  });
}

/** What only the reader's own actions change. */
export function lookAtHistory(model: Model, session: Session): void {
  session.read((run) => {
    model.branches = run.branches();
    model.canUndo = run.canUndo();
    model.canRedo = run.canRedo();
  });
  model.runText = session.runText;
}

export function lookAtSelection(model: Model, run: Reading): void {
  const selected = model.view.selected;
  model.server = selected?.kind === "server" ? run.server(selected.id) : null;
  model.message = selected?.kind === "message" ? run.message(selected.id) : null;
  // What lies beside it goes with it, or the first Esc would close what nobody sees.
  const gone = selected?.kind === "message" && model.message === null;
  if (gone && model.view.menu) model.view = { ...model.view, menu: false };
  const shown = model.view.tab === "inspector" || model.view.sheet === "inspector";
  model.summary = shown && selected === null ? run.describe() : "";
}

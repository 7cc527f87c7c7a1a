/**
 * The logs of all servers, aligned by index: one row for each server in ring order, one column for each index.
 *
 * A cell has the colour, pattern and number of its term; it is solid once its server counts it as committed,
 * dashed before. Under a row, a dot marks the leader's match_index for that server and an arrow its next_index,
 * as RaftScope draws them.
 */
import type { Frame, ServerFrame } from "../engine/frame.ts";
import type { EntryCell, LogRow } from "../engine/types.ts";
import type { Paint, Scene, Shape, TextSize } from "./shapes.ts";
import { termPaint } from "./terms.ts";
import { fitted, textWidth } from "./text.ts";
import { sameTarget, type Target } from "./view.ts";

export interface LogsView {
  widthCss: number;
  heightCss: number;
  rows: LogRow[];
  /** Index in the leftmost column. */
  firstIndex: number;
  /** How many columns; see `columnsFor` and `app/log-window.ts`. */
  columns: number;
  /** The server whose next and match are shown; 0 if there is none. */
  leader: number;
  selected: Target | null;
  hovered: Target | null;
  focused: Target | null;
}

/** A row is never lower than this; more rows than fit are for the panel to scroll. */
const ROW_LEAST = 9;
const ROW_MOST = 40;
const COLUMN_IDEAL = 62;
/** Where columns must be narrow to keep what happens in view, they still hold the number of their term. */
const COLUMN_LEAST = 24;
/** Below this width the text at the right goes, and the role under the name. */
const NARROW = 560;

interface Grid {
  view: LogsView;
  left: number;
  right: number;
  top: number;
  row: number;
  column: number;
  /** Height of a cell, and of the strip under it for the leader's marks. */
  cell: number;
  strip: number;
  text: TextSize | null;
}

/** How many columns of entries fit beside the names: of a good width, and of the least. */
export function columnsFor(widthCss: number): { good: number; most: number } {
  const { left, right } = gutters(widthCss);
  const fit = (wide: number): number => Math.max(3, Math.floor((widthCss - left - right) / wide));
  return { good: fit(COLUMN_IDEAL), most: fit(COLUMN_LEAST) };
}

/** How high the rows are at their lowest, with the numbers above them, in CSS pixels. */
export function logsHeightLeast(rows: number): number {
  return 16 + rows * ROW_LEAST;
}

export function logsScene(frame: Frame, view: LogsView): Scene {
  const grid = gridOf(view);
  const servers = new Map(frame.servers.map((server) => [server.id, server]));
  const leading = view.rows.find((row) => row.server === view.leader);
  const shapes: Shape[] = [...columnNumbers(grid)];
  const places = view.rows.map((row, i) => ({
    id: row.server,
    centre: { x: grid.left / 2, y: grid.top + (i + 0.5) * grid.row },
    radius: grid.row / 2,
  }));
  for (const [i, row] of view.rows.entries()) {
    const top = grid.top + i * grid.row;
    const server = servers.get(row.server);
    shapes.push(...rowHead(row, server, top, i, grid), ...slots(row, top, grid), ...gone(row, top, grid));
    for (const cell of row.cells) shapes.push(...cellShapes(cell, row, leading, top, grid));
    if (view.leader > 0 && row.server !== view.leader && row.nextIndex > 0) shapes.push(...leaderMarks(row, top, grid));
  }
  return { shapes, places };
}

function gutters(widthCss: number): { left: number; right: number } {
  return widthCss < NARROW ? { left: 64, right: 12 } : { left: 92, right: 118 };
}

function gridOf(view: LogsView): Grid {
  const { left, right } = gutters(view.widthCss);
  // Where rows are roomy, so are the numbers above them: the buttons beside them need it.
  const top = view.heightCss / Math.max(1, view.rows.length) >= 28 ? 24 : 16;
  const room = Math.floor((view.heightCss - top) / Math.max(1, view.rows.length));
  const row = Math.min(ROW_MOST, Math.max(ROW_LEAST, room));
  const strip = row >= 24 ? 9 : row >= 14 ? 4 : 2;
  const cell = row - strip - (row >= 24 ? 2 : 0);
  const text: TextSize | null = cell >= 20 ? 13 : cell >= 12 ? 11 : null;
  // Whole pixels: cells are sharp, and all that look the same are the same picture.
  const column = Math.floor((view.widthCss - left - right) / view.columns);
  return { view, left, right, top, row, column, cell, strip, text };
}

function xOf(index: number, grid: Grid): number {
  return grid.left + (index - grid.view.firstIndex) * grid.column;
}

/** Indexes over the columns, as many as can be read. */
function columnNumbers(grid: Grid): Shape[] {
  const { view, column } = grid;
  const last = view.firstIndex + view.columns - 1;
  const every = Math.ceil((textWidth(`${last}`, 11, false) + 8) / column);
  const shapes: Shape[] = [];
  for (let index = view.firstIndex; index <= last; index++) {
    if (index % every !== 0 && every > 1) continue;
    const at = { x: xOf(index, grid) + column / 2 - gapOf(grid) / 2, y: grid.top - 9 };
    shapes.push({ kind: "text", at, text: `${index}`, size: 11, bold: false, align: "center", colour: "muted" });
  }
  return shapes;
}

function gapOf(grid: Grid): number {
  return grid.column >= 40 ? 8 : grid.column >= 20 ? 4 : 2;
}

function rowHead(row: LogRow, server: ServerFrame | undefined, top: number, i: number, grid: Grid): Shape[] {
  const { view } = grid;
  const target: Target = { kind: "server", id: row.server };
  const middle = top + grid.cell / 2;
  const shapes: Shape[] = [];
  const picked = sameTarget(view.selected, target);
  const focused = sameTarget(view.focused, target);
  if (picked || focused || sameTarget(view.hovered, target)) {
    const stroke: Paint | null = focused ? "focus" : picked ? "accent" : "mark";
    shapes.push({
      kind: "rect",
      at: { x: 1, y: middle - (grid.row - 1) / 2 },
      wide: grid.left - 10,
      high: grid.row - 1,
      radius: 4,
      fill: null,
      stroke,
      width: focused ? 2.5 : 1.5,
    });
  }
  // Low rows share their names: text of 11 px needs 11 px.
  if (i % Math.ceil(11 / grid.row) !== 0) return shapes;
  const two = grid.row >= 30;
  const size = grid.row >= 24 ? 13 : 11;
  const name = { x: 8, y: two ? middle - 7 : middle };
  shapes.push({
    kind: "text",
    at: name,
    text: `S${row.server}`,
    size,
    bold: true,
    align: "left",
    colour: server?.up === false ? "muted" : "ink",
    target,
    label: `S${row.server}`,
  });
  if (grid.view.widthCss >= NARROW || two) {
    const word = roleWord(server);
    const at = two ? { x: 8, y: middle + 8 } : { x: 36, y: middle };
    shapes.push({
      kind: "text",
      at,
      text: word,
      size: 11,
      bold: false,
      align: "left",
      colour: "muted",
      widest: grid.left - at.x - 4,
    });
  }
  if (grid.view.widthCss >= NARROW) shapes.push(...rowTail(row, server, middle, grid));
  return shapes;
}

function roleWord(server: ServerFrame | undefined): string {
  if (!server) return "";
  if (!server.up) return "crashed";
  if (server.paused) return "paused";
  if (server.role !== "follower") return server.role;
  return server.standing === "voter" ? server.role : server.standing;
}

/** "next 4, match 3" */
function rowTail(row: LogRow, server: ServerFrame | undefined, middle: number, grid: Grid): Shape[] {
  const { view } = grid;
  const x = view.widthCss - grid.right + 6;
  const leads = row.server === view.leader;
  const words = leads
    ? `commit ${row.commitIndex}`
    : row.nextIndex > 0
      ? `next ${row.nextIndex}, match ${row.matchIndex}`
      : "";
  if (words === "") return [];
  const shapes: Shape[] = [];
  if (leads) {
    const paint = termPaint(server?.term ?? 0);
    shapes.push({
      kind: "glyph",
      name: "crown",
      at: { x: x + 6, y: middle },
      size: 6,
      turn: 0,
      fill: paint?.strong ?? "ink",
      stroke: null,
    });
  }
  shapes.push({
    kind: "text",
    at: { x: leads ? x + 18 : x, y: middle },
    text: words,
    size: 11,
    bold: false,
    align: "left",
    colour: "muted",
    widest: grid.right - (leads ? 24 : 8),
  });
  return shapes;
}

/** Faint places for entries to come; where rows are low, one line for them all. */
function slots(row: LogRow, top: number, grid: Grid): Shape[] {
  const { view } = grid;
  const from = Math.max(view.firstIndex, row.lastIndex + 1);
  const end = view.firstIndex + view.columns;
  if (from >= end) return [];
  if (grid.cell < 14) {
    const y = top + grid.cell / 2;
    const to = xOf(end, grid) - gapOf(grid);
    return [{ kind: "line", from: { x: xOf(from, grid), y }, to: { x: to, y }, stroke: "guide", width: 1 }];
  }
  const flat: number[] = [];
  for (let index = from; index < end; index++) {
    const x = xOf(index, grid);
    flat.push(x + 2, top + grid.cell, x + grid.column - gapOf(grid) - 2, top + grid.cell);
  }
  return [{ kind: "segments", flat, stroke: "track", width: 1 }];
}

/** Where a snapshot stands for entries: an empty place as long as they were, and up to where it reaches. */
function gone(row: LogRow, top: number, grid: Grid): Shape[] {
  const { view, cell } = grid;
  const from = Math.max(view.firstIndex, 1);
  const to = Math.min(row.firstIndex, view.firstIndex + view.columns);
  if (from >= to) return [];
  const at = { x: xOf(from, grid), y: top };
  const wide = xOf(to, grid) - gapOf(grid) - at.x;
  const words = `snapshot to ${row.firstIndex - 1}`;
  if (cell < 12) {
    const y = top + cell / 2;
    const end = { x: at.x + wide, y };
    return [{ kind: "line", from: { x: at.x, y }, to: end, stroke: "mark", width: 1, dash: "dotted", label: words }];
  }
  const shapes: Shape[] = [
    {
      kind: "rect",
      at,
      wide,
      high: cell,
      radius: 4,
      fill: null,
      stroke: "mark",
      width: 1,
      dash: "dotted",
      target: { kind: "server", id: row.server },
      label: words,
    },
  ];
  const room = wide - 12;
  const text = [words, `to ${row.firstIndex - 1}`, `${row.firstIndex - 1}`].find(
    (t) => textWidth(t, 11, false) <= room,
  );
  if (text === undefined) return shapes;
  const middle = { x: at.x + wide / 2, y: top + cell / 2 };
  return [...shapes, { kind: "text", at: middle, text, size: 11, bold: false, align: "center", colour: "muted" }];
}

function cellShapes(cell: EntryCell, row: LogRow, leading: LogRow | undefined, top: number, grid: Grid): Shape[] {
  const { view } = grid;
  if (cell.index < view.firstIndex || cell.index >= view.firstIndex + view.columns) return [];
  const target: Target = { kind: "entry", server: row.server, index: cell.index };
  const paint = termPaint(cell.term);
  const at = { x: xOf(cell.index, grid), y: top };
  const wide = grid.column - gapOf(grid);
  const low = grid.cell < 12;
  const picked = sameTarget(view.selected, target);
  const shapes: Shape[] = [
    {
      kind: "rect",
      at,
      wide,
      high: grid.cell,
      radius: low ? 2 : 4,
      fill: (cell.committed ? paint?.strong : paint?.pale) ?? "panel",
      ...(paint ? { pattern: paint.slot } : {}),
      stroke: paint?.strong ?? "mark",
      width: 1.5,
      dash: cell.committed ? "solid" : "dashed",
      target,
      label: `${cell.text}, term ${cell.term}`,
    },
    ...cellText(cell, at.x, wide, top, grid),
  ];
  if (!cell.stable && grid.cell >= 20) shapes.push(...unstable(cell, at.x, wide, top, grid));
  if (cell.conflict && !cell.committed) shapes.push(...conflict(cell, row, leading, at.x, wide, top, grid));
  if (picked || sameTarget(view.hovered, target) || sameTarget(view.focused, target)) {
    const stroke = picked ? "accent" : sameTarget(view.focused, target) ? "focus" : "ink";
    const around = { x: at.x - 2, y: top - 2 };
    shapes.push({
      kind: "rect",
      at: around,
      wide: wide + 4,
      high: grid.cell + 4,
      radius: 6,
      fill: null,
      stroke,
      width: 2,
    });
  }
  return shapes;
}

/** The term's number, bold, then as much of the command as fits. */
function cellText(cell: EntryCell, x: number, wide: number, top: number, grid: Grid): Shape[] {
  if (grid.text === null) return [];
  const colour: Paint = cell.committed ? (termPaint(cell.term)?.on ?? "ink") : "ink";
  const y = top + grid.cell / 2 - (cell.stable || grid.cell < 20 ? 0 : 2);
  const term = `${cell.term}`;
  const termWide = textWidth(term, grid.text, true);
  const rest = wide - termWide - 13;
  const words = grid.text === 13 || rest > 24 ? commandText(cell.text, rest) : "";
  if (words === "") {
    if (termWide > wide) return [];
    return [
      { kind: "text", at: { x: x + wide / 2, y }, text: term, size: grid.text, bold: true, align: "center", colour },
    ];
  }
  return [
    { kind: "text", at: { x: x + 5, y }, text: term, size: grid.text, bold: true, align: "left", colour },
    {
      kind: "text",
      at: { x: x + 9 + termWide, y },
      text: words,
      size: 11,
      bold: false,
      align: "left",
      colour,
      widest: rest,
    },
  ];
}

/** How much narrower than it would be a text may be drawn, before it is shortened. */
const SQUEEZED = 1.2;

/** A value that is cut reads like another value: so it is all there, or only the key is, as "x=…", or its beginning. */
function commandText(text: string, room: number): string {
  if (textWidth(text, 11, false) <= room * SQUEEZED) return text;
  // Who belongs to it is told where the entry is looked at.
  if (text.startsWith("config ")) return textWidth("config", 11, false) <= room * SQUEEZED ? "config" : "";
  const key = text.includes("=") ? `${text.slice(0, text.indexOf("="))}=…` : "";
  if (key !== "" && textWidth(key, 11, false) <= room) return key;
  return room > 24 ? fitted(key || text, 11, false, room) : "";
}

/** A half-filled bar in the foot of the cell, like the one under a server that is writing. */
function unstable(cell: EntryCell, x: number, wide: number, top: number, grid: Grid): Shape[] {
  const at = { x: x + 6, y: top + grid.cell - 4 };
  const fill: Paint = cell.committed ? (termPaint(cell.term)?.on ?? "ink") : "ink";
  const bar = (long: number, alpha: number): Shape => ({
    kind: "rect",
    at,
    wide: long,
    high: 2,
    radius: 1,
    fill,
    stroke: null,
    alpha,
    label: "not yet on disk",
  });
  return [bar(wide - 12, 0.25), bar((wide - 12) / 2, 1)];
}

/** Struck through where the leader holds something else, which will replace it; else only marked at its corner. */
function conflict(
  cell: EntryCell,
  row: LogRow,
  leading: LogRow | undefined,
  x: number,
  wide: number,
  top: number,
  grid: Grid,
): Shape[] {
  const rival =
    leading && leading.server !== row.server ? leading.cells.find(({ index }) => index === cell.index) : undefined;
  const bottom = top + grid.cell;
  if (rival && rival.term !== cell.term) {
    return [
      {
        kind: "line",
        from: { x: x - 2, y: bottom - 2 },
        to: { x: x + wide + 2, y: top + 2 },
        stroke: "danger",
        width: 2,
        label: "conflicts with the leader",
      },
    ];
  }
  const side = Math.min(7, grid.cell / 2);
  const right = x + wide;
  const points = [
    { x: right - side, y: top },
    { x: right, y: top },
    { x: right, y: top + side },
  ];
  return [
    { kind: "path", points, closed: true, fill: "danger", stroke: "danger", width: 1, label: "other logs differ here" },
  ];
}

/** The dot of match_index and the arrow of next_index, held at the edge if their columns are out of view. */
function leaderMarks(row: LogRow, top: number, grid: Grid): Shape[] {
  const y = top + grid.cell + grid.strip / 2 + 0.5;
  const size = Math.max(1.6, Math.min(3.2, grid.strip * 0.36));
  const shapes: Shape[] = [];
  if (row.matchIndex > 0) {
    const { x, out } = columnMiddle(row.matchIndex, grid);
    shapes.push({
      kind: "disc",
      at: { x, y },
      radius: size,
      fill: out ? "paper" : "ink",
      stroke: "ink",
      width: 1,
      label: `match ${row.matchIndex}`,
    });
  }
  const { x, out } = columnMiddle(row.nextIndex, grid);
  shapes.push({
    kind: "glyph",
    name: "arrowhead",
    at: { x, y },
    size: size * 1.35,
    turn: -0.25,
    fill: out ? "paper" : "ink",
    stroke: out ? "ink" : null,
    width: 1,
    label: `next ${row.nextIndex}`,
  });
  return shapes;
}

function columnMiddle(index: number, grid: Grid): { x: number; out: boolean } {
  const { view } = grid;
  const end = grid.left + view.columns * grid.column - gapOf(grid);
  const x = xOf(index, grid) + (grid.column - gapOf(grid)) / 2;
  return { x: Math.min(end + 5, Math.max(grid.left - 5, x)), out: x < grid.left || x > end };
}

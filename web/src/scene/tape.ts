/**
 * The time line, which is also the scrubber: terms as spans, and what happened as marks of different shapes.
 *
 * From above: signs (elections, crashes, faults, commands, violations), ticks of client requests, the band of
 * terms, ticks of commits. A run may have many thousands of marks; they are gathered by pixel before they become shapes.
 */
import type { Tape } from "../engine/types.ts";
import type { GlyphName, Paint, Point, Scene, Shape } from "./shapes.ts";
import { termPaint } from "./terms.ts";
import { fitted, textWidth } from "./text.ts";

export interface TapeView {
  widthCss: number;
  heightCss: number;
  /** The time at the left end, and at the right end. */
  fromUs: number;
  toUs: number;
  nowUs: number;
  /** Simulated up to here. */
  edgeUs: number;
  hoverUs: number | null;
  reducedMotion: boolean;
}

type Mark = Tape["marks"][number];

/** Kinds that are drawn as signs, the most important last: it stays where several meet. */
const SIGNS = ["command", "mark", "fault", "restart", "crash", "election", "violation"] as const;
type Sign = (typeof SIGNS)[number];

/** Signs nearer than this are drawn as one. */
const SIGN_WIDE = 11;

interface Bands {
  signs: number;
  requests: [number, number];
  top: number;
  bottom: number;
  commits: [number, number];
}

/** What stays where it is while time goes on: all but the last term, and the marks. */
export function tapeGround(tape: Tape, view: TapeView): Scene {
  const bands = bandsOf(view.heightCss);
  const shapes: Shape[] = [
    track(view, bands),
    ...tape.terms.slice(0, -1).flatMap((term) => span(term, view, bands)),
    ...ticks(tape.marks, view, bands),
    ...signs(tape.marks, view, bands),
  ];
  return { shapes, places: [] };
}

/** What moves: the term that goes on, and the playhead. Painted over the ground. */
export function tapeScene(tape: Tape, view: TapeView): Scene {
  const bands = bandsOf(view.heightCss);
  const shapes: Shape[] = [
    ...tape.terms.slice(-1).flatMap((term) => span(term, view, bands)),
    ...breaches(tape.marks, view, bands),
    ...heads(view, bands),
  ];
  return { shapes, places: [] };
}

/** The time under a point of the tape, in microseconds, within its ends. */
export function timeAt(x: number, view: TapeView): number {
  return view.fromUs + Math.min(1, Math.max(0, x / view.widthCss)) * (view.toUs - view.fromUs);
}

/** The point of the tape at a time, in CSS pixels; may lie beyond its ends. */
export function xAt(timeUs: number, view: TapeView): number {
  return ((timeUs - view.fromUs) / Math.max(1, view.toUs - view.fromUs)) * view.widthCss;
}

/** The marks within `slackCss` of a point, the nearest first: for a tooltip. */
export function marksNear(tape: Tape, view: TapeView, x: number, slackCss: number): Mark[] {
  return tape.marks
    .map((mark) => ({ mark, away: Math.abs(xAt(mark.timeUs, view) - x) }))
    .filter(({ away }) => away <= slackCss)
    .sort((a, b) => a.away - b.away)
    .map(({ mark }) => mark);
}

/** The mark whose sign is at a point, the most important first. Requests and commits have no signs. */
export function signAt(tape: Tape, view: TapeView, at: Point): Mark | undefined {
  if (at.y >= bandsOf(view.heightCss).requests[0]) return undefined;
  const rank = (mark: Mark): number => SIGNS.indexOf(mark.kind as Sign);
  const near = marksNear(tape, view, at.x, SIGN_WIDE / 2).filter((mark) => rank(mark) >= 0);
  // Of marks that are equally important the nearest is meant, and they come in that order.
  return near.reduce<Mark | undefined>((best, mark) => (best && rank(best) >= rank(mark) ? best : mark), undefined);
}

function bandsOf(high: number): Bands {
  const signs = high >= 40 ? 13 : high >= 28 ? 11 : 0;
  const tick = high >= 56 ? 5 : high >= 40 ? 4 : 3;
  const top = signs + tick + 1;
  const bottom = high - tick - 1;
  return { signs: signs / 2, requests: [signs, signs + tick], top, bottom, commits: [bottom + 1, high] };
}

/** The whole of it, as not yet simulated; its outline is what forced colours leave of it. */
function track(view: TapeView, bands: Bands): Shape {
  return { ...box(0, view.widthCss, bands, "track"), stroke: "guide", width: 1 };
}

function box(x: number, end: number, bands: Bands, fill: Paint): Extract<Shape, { kind: "rect" }> {
  return {
    kind: "rect",
    at: { x, y: bands.top },
    wide: end - x,
    high: bands.bottom - bands.top,
    radius: 0,
    fill,
    stroke: null,
  };
}

/** A term: pale and patterned until it has a leader, strong from then on. */
function span(term: Tape["terms"][number], view: TapeView, bands: Bands): Shape[] {
  const paint = termPaint(term.term);
  if (!paint) return [];
  const clip = (timeUs: number): number => Math.min(view.widthCss, Math.max(0, xAt(timeUs, view)));
  const [start, end] = [clip(term.fromUs), clip(term.toUs)];
  if (end <= start) return [];
  const led = term.leader > 0 ? clip(Math.max(term.fromUs, term.leaderFromUs)) : end;
  const shapes: Shape[] = [];
  const label = term.leader > 0 ? `term ${term.term}, S${term.leader} leads` : `term ${term.term}, no leader`;
  if (led > start) shapes.push({ ...box(start, led, bands, paint.pale), pattern: paint.slot, label });
  if (end > led) shapes.push({ ...box(led, end, bands, paint.strong), pattern: paint.slot, label });
  // A hairline of paper keeps neighbours apart, whatever their colours.
  if (start > 0)
    shapes.push({
      kind: "line",
      from: { x: start, y: bands.top },
      to: { x: start, y: bands.bottom },
      stroke: "paper",
      width: 1,
    });
  shapes.push(...spanText(term, start, led, end, bands));
  return shapes;
}

/** "term 2 · S1 leads", or as much of it as fits. */
function spanText(term: Tape["terms"][number], start: number, led: number, end: number, bands: Bands): Shape[] {
  if (bands.bottom - bands.top < 12) return [];
  const paint = termPaint(term.term);
  const strong = end - led >= led - start;
  const [x, room] = strong ? [led + 7, end - led - 12] : [start + 7, led - start - 12];
  const long = strong && term.leader > 0 ? `term ${term.term} · S${term.leader} leads` : `term ${term.term}`;
  const words = [long, `term ${term.term}`, `${term.term}`].find((text) => textWidth(text, 11, true) <= room);
  if (!words || !paint) return [];
  const y = (bands.top + bands.bottom) / 2;
  return [
    {
      kind: "text",
      at: { x, y },
      text: fitted(words, 11, true, room),
      size: 11,
      bold: true,
      align: "left",
      colour: strong ? paint.on : "ink",
    },
  ];
}

/** Requests above the band and commits below it: at most one tick for each pixel, all in one stroke. */
function ticks(marks: readonly Mark[], view: TapeView, bands: Bands): Shape[] {
  const requests = new Set<number>();
  const commits = new Set<number>();
  for (const mark of marks) {
    if (mark.kind !== "request" && mark.kind !== "commit") continue;
    const x = Math.round(xAt(mark.timeUs, view));
    if (x < 0 || x > view.widthCss) continue;
    (mark.kind === "request" ? requests : commits).add(x);
  }
  const lines = (pixels: Set<number>, [top, bottom]: [number, number]): number[] =>
    [...pixels].flatMap((x) => [x + 0.5, top, x + 0.5, bottom]);
  return [
    { kind: "segments", flat: lines(requests, bands.requests), stroke: "mark", width: 1, label: "requests" },
    { kind: "segments", flat: lines(commits, bands.commits), stroke: "mark", width: 1, label: "commits" },
  ];
}

/** The other marks, at most one sign for each `SIGN_WIDE` pixels: the most important that happened there. */
function signs(marks: readonly Mark[], view: TapeView, bands: Bands): Shape[] {
  if (bands.signs === 0) return [];
  const slots = new Map<number, { rank: number; mark: Mark; x: number; count: number }>();
  for (const mark of marks) {
    const rank = SIGNS.indexOf(mark.kind as Sign);
    if (rank < 0) continue;
    const x = xAt(mark.timeUs, view);
    if (x < 0 || x > view.widthCss) continue;
    const slot = Math.floor(x / SIGN_WIDE);
    const there = slots.get(slot);
    const count = (there?.count ?? 0) + 1;
    if (!there || rank >= there.rank) slots.set(slot, { rank, mark, x, count });
    else there.count = count;
  }
  return [...slots.values()].flatMap(({ mark, x, count }) => sign(mark, x, count, view, bands));
}

function sign(mark: Mark, x: number, count: number, view: TapeView, bands: Bands): Shape[] {
  const { name, fill, stroke, turn } = signLook(mark.kind as Sign);
  const at = { x: Math.min(view.widthCss - 5, Math.max(5, x)), y: bands.signs };
  const label = count > 1 ? `${mark.label}, and ${count - 1} more` : mark.label;
  return [{ kind: "glyph", name, at, size: Math.min(5, bands.signs - 1), turn, fill, stroke, width: 1.6, label }];
}

/** What went wrong is marked through the whole band, also that of the term that goes on. */
function breaches(marks: readonly Mark[], view: TapeView, bands: Bands): Shape[] {
  const pixels = new Set<number>();
  for (const mark of marks) if (mark.kind === "violation") pixels.add(Math.round(xAt(mark.timeUs, view)));
  const flat = [...pixels].flatMap((x) => [x, bands.top - 4, x, bands.bottom + 4]);
  return flat.length > 0 ? [{ kind: "segments", flat, stroke: "danger", width: 2, label: "violations" }] : [];
}

function signLook(kind: Sign): { name: GlyphName; fill: Paint | null; stroke: Paint | null; turn: number } {
  switch (kind) {
    case "election":
      return { name: "arrowhead", fill: "ink", stroke: null, turn: -0.25 };
    case "crash":
      return { name: "cross", fill: null, stroke: "danger", turn: 0 };
    case "restart":
      return { name: "circle", fill: null, stroke: "good", turn: 0 };
    case "fault":
      return { name: "bolt", fill: "danger", stroke: null, turn: 0 };
    case "command":
      return { name: "diamond", fill: "accent", stroke: null, turn: 0.25 };
    case "mark":
      return { name: "flag", fill: "accent", stroke: null, turn: 0 };
    case "violation":
      return { name: "warning", fill: null, stroke: "danger", turn: 0 };
    default:
      return kind satisfies never;
  }
}

/** The live edge, the time under the pointer, and the playhead. */
function heads(view: TapeView, bands: Bands): Shape[] {
  const shapes: Shape[] = [];
  const upright = (x: number, stroke: Paint, width: number, over: number): Shape => ({
    kind: "line",
    from: { x, y: bands.top - over },
    to: { x, y: bands.bottom + over },
    stroke,
    width,
  });
  const within = (x: number): boolean => x >= -1 && x <= view.widthCss + 1;
  const edge = xAt(view.edgeUs, view);
  if (within(edge)) shapes.push(upright(Math.min(view.widthCss - 1, edge), "mark", 1.5, 0));
  if (view.hoverUs !== null) shapes.push(upright(xAt(view.hoverUs, view), "mark", 1, 3));
  const now = xAt(view.nowUs, view);
  if (!within(now)) return shapes;
  const x = Math.min(view.widthCss - 1.5, Math.max(1.5, now));
  shapes.push(upright(x, "paper", 6, 5), upright(x, "ink", 3, 5));
  return shapes;
}

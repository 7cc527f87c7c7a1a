/** One server: ring and glyph say its role, the arc its election timer, the text its name, term and state. */
import type { ServerFrame } from "../engine/frame.ts";
import { block, type Line } from "./labels.ts";
import { type Layout, outward, reach } from "./layout.ts";
import type { Dash, GlyphName, Paint, Point, ServerPlace, Shape, TextShape } from "./shapes.ts";
import { termPaint } from "./terms.ts";
import { serverNames, sized, votes } from "./text.ts";

export interface ServerLook {
  nowUs: number;
  layout: Layout;
  projector: boolean;
  /** All ids in ring order: the ballot ring has a slot for each. */
  ids: readonly number[];
  /** The fence around it bears this name here; "" for none. */
  fenceName: string;
  fenced: boolean;
  /** Whether its number is written, where there are too many for all of them. */
  numbered: boolean;
  /** Drawn for emphasis, e.g. inside a fence being drawn. */
  warned: boolean;
}

/** The share of the election timeout that is left, from 1 (just set) to 0 (it acts now); null without a timer. */
export function timerShare(server: ServerFrame, nowUs: number): number | null {
  if (server.deadlineUs < 0 || server.timeoutUs <= 0) return null;
  return Math.min(1, Math.max(0, (server.deadlineUs - nowUs) / server.timeoutUs));
}

/** The share of the write to disk that is done; null if nothing is being written. */
export function writeShare(server: ServerFrame, nowUs: number): number | null {
  if (server.writeSinceUs < 0) return null;
  const span = server.writeDueUs - server.writeSinceUs;
  return span > 0 ? Math.min(1, Math.max(0, (nowUs - server.writeSinceUs) / span)) : 1;
}

/** How strong the disc is of a server outside the configuration. */
const OUTSIDE = 0.4;

/** Disc, rings and glyphs. */
export function serverShapes(server: ServerFrame, place: ServerPlace, look: ServerLook): Shape[] {
  const shapes: Shape[] = [];
  const { layout } = look;
  const at = place.centre;
  const leads = server.up && server.role === "leader";
  const term = termPaint(server.term);
  const strong = server.up ? (term?.strong ?? "mark") : "mark";
  const width = ringWidth(look);
  const dash = ringDash(server);
  // A server that is not of the cluster is there, and does not count; one that has no vote has half a ring.
  const outside = server.standing === "outside";
  const half = server.up && server.standing === "learner";
  const alpha = outside ? OUTSIDE : 1;
  shapes.push({
    kind: "disc",
    at,
    radius: place.radius,
    fill: server.up ? (leads ? strong : (term?.pale ?? "panel")) : "paper",
    ...(server.up && term ? { pattern: term.slot } : {}),
    stroke: half ? "track" : strong,
    width: half ? 1 : width,
    dash,
    alpha,
    target: { kind: "server", id: server.id },
    label: `S${server.id}`,
  });
  if (half)
    shapes.push({
      kind: "arc",
      at,
      radius: place.radius,
      from: 0.25,
      to: 0.75,
      stroke: strong,
      width: width + 1,
      label: "learner",
    });
  if (leads) shapes.push(ring(at, place.radius + doubleGap(layout), strong, width, "solid"));
  if (server.up && !leads) shapes.push(...timer(server, at, look), ...ballots(server, at, look, strong));
  shapes.push(...writing(server, at, look), ...glyphs(server, at, layout, strong, leads));
  if (look.warned) shapes.push(ring(at, reach(layout, 0) - 2, "danger", width + 0.5, "dotted"));
  return shapes;
}

/** Name, term, state. Painted after all servers and messages. */
export function serverTexts(server: ServerFrame, place: ServerPlace, look: ServerLook): TextShape[] {
  const side = labelSide(look.layout, place.centre);
  const away =
    reach(look.layout, side.y) + (look.fenced ? fenceGap(look.layout) + 5 : 0) + (look.layout.tier === "small" ? 2 : 5);
  const anchor = { x: place.centre.x + side.x * away, y: place.centre.y + side.y * away };
  const lines = outerLines(server, look, Math.abs(side.x) > 0.5);
  // Messages to and from clients pass behind.
  const outer = lines.length > 0 ? block(lines, anchor, side).map((text) => ({ ...text, halo: true })) : [];
  return [...innerTexts(server, place, look), ...outer];
}

/**
 * The side on which a server's label stands: its outer side. Long labels stand squarely above, below or beside
 * their server; the many short ones around a crowded ring fan out.
 */
function labelSide(layout: Layout, at: Point): Point {
  const out = outward(layout, at);
  if (layout.tier !== "large") return out;
  return layout.roomy && Math.abs(out.x) > 0.62 ? { x: Math.sign(out.x), y: 0 } : { x: 0, y: out.y < 0.2 ? -1 : 1 };
}

/** How far beyond `reach` a fence runs. */
export function fenceGap(layout: Layout): number {
  return layout.tier === "large" ? 6 : layout.tier === "medium" ? 3 : 1;
}

function ringWidth(look: ServerLook): number {
  const width = look.layout.tier === "large" ? 2.5 : look.layout.tier === "medium" ? 2 : 1.5;
  return look.projector ? width * 1.5 : width;
}

function doubleGap(layout: Layout): number {
  return layout.tier === "large" ? 6 : layout.tier === "medium" ? 4.5 : 3;
}

function ringDash(server: ServerFrame): Dash {
  if (!server.up) return "dotted";
  switch (server.role) {
    case "follower":
    case "leader":
      return "solid";
    case "candidate":
      return "dashed";
    case "pre-candidate":
      return "dotted";
    default:
      return server.role satisfies never;
  }
}

function ring(at: Point, radius: number, stroke: Paint, width: number, dash: Dash): Shape {
  return { kind: "disc", at, radius, fill: null, stroke, width, dash };
}

function timer(server: ServerFrame, at: Point, look: ServerLook): Shape[] {
  const left = timerShare(server, look.nowUs);
  if (left === null) return [];
  const { tier } = look.layout;
  const radius = place(look.layout, tier === "large" ? 10 : tier === "medium" ? 6 : 3.5);
  const width = (tier === "large" ? 3.5 : tier === "medium" ? 2.5 : 1.5) * (look.projector ? 1.3 : 1);
  // Of a paused server the clock goes on, but nobody is there to act: the arc is a thread of dots.
  const arc: Shape = {
    kind: "arc",
    at,
    radius,
    from: 0,
    to: left,
    stroke: "mark",
    width: server.paused ? width / 2 : width,
    alpha: server.standing === "outside" ? OUTSIDE : 1,
    ...(server.paused ? { dash: "dotted" as const } : {}),
    label: server.paused ? "election timer, paused" : "election timer",
  };
  // Many thin tracks would be more to see than the timers themselves.
  if (tier === "small") return [arc];
  return [ring(at, radius, "track", width, "solid"), arc];
}

/** A ring with a slot for each server, standing where that server stands, filled by its vote. */
function ballots(server: ServerFrame, at: Point, look: ServerLook, strong: Paint): Shape[] {
  if (server.role !== "candidate" && server.role !== "pre-candidate") return [];
  if (look.layout.tier === "small") return [];
  const slots = look.ids.length;
  const radius = place(look.layout, look.layout.tier === "large" ? 5.5 : 3);
  const width = look.layout.tier === "large" ? 3 : 2;
  const half = Math.max(0.004, 0.5 / slots - 0.012);
  const start = slots === 2 ? -0.25 : 0;
  return look.ids.flatMap((id, i): Shape[] => {
    if (!server.voters.includes(id)) return [];
    const turn = i / slots + start;
    return [
      { kind: "arc", at, radius, from: turn - half, to: turn + half, stroke: strong, width, label: `vote of S${id}` },
    ];
  });
}

function place(layout: Layout, beyond: number): number {
  return layout.radius + beyond;
}

function writing(server: ServerFrame, at: Point, look: ServerLook): Shape[] {
  const done = writeShare(server, look.nowUs);
  if (done === null || !server.up || look.layout.tier === "small") return [];
  const large = look.layout.tier === "large";
  const wide = look.layout.radius * (large ? 1 : 1.2);
  const high = large ? 4 : 3;
  const corner = { x: at.x - wide / 2, y: at.y + look.layout.radius + (large ? 15 : 9) };
  return [
    { kind: "rect", at: corner, wide, high, radius: high / 2, fill: "track", stroke: null, label: "writing to disk" },
    { kind: "rect", at: corner, wide: Math.max(high, wide * done), high, radius: high / 2, fill: "ink", stroke: null },
  ];
}

function glyphs(server: ServerFrame, at: Point, layout: Layout, strong: Paint, leads: boolean): Shape[] {
  const glyph = (
    name: GlyphName,
    size: number,
    dx: number,
    dy: number,
    fill: Paint | null,
    stroke: Paint | null,
  ): Shape => ({
    kind: "glyph",
    name,
    at: { x: at.x + dx, y: at.y + dy },
    size,
    turn: 0,
    fill,
    stroke,
    width: layout.tier === "small" ? 1.5 : 2,
    label: name,
  });
  const { radius, tier } = layout;
  const crown = tier === "large" ? 11 : tier === "medium" ? 8 : 6;
  const shapes: Shape[] = [];
  if (leads) shapes.push(glyph("crown", crown, 0, -radius - doubleGap(layout) - crown * 0.75 - 1, strong, null));
  if (!server.up) {
    const size = tier === "large" ? 6 : tier === "medium" ? 4 : radius * 0.5;
    shapes.push(
      glyph("cross", size, 0, tier === "large" ? radius * 0.4 : tier === "medium" ? radius * 0.5 : 0, null, "mark"),
    );
  } else if (server.paused) {
    const ink = leads ? onTerm(server) : "ink";
    if (tier === "large") shapes.push(glyph("pause", 5.5, 0, -radius * 0.58, ink, null));
    else if (tier === "medium") shapes.push(glyph("pause", 4, 0, -radius * 0.55, ink, null));
    else shapes.push(glyph("pause", radius * 0.5, 0, 0, ink, null));
  }
  return shapes;
}

function onTerm(server: ServerFrame): Paint {
  return termPaint(server.term)?.on ?? "ink";
}

function innerTexts(server: ServerFrame, place: ServerPlace, look: ServerLook): TextShape[] {
  const { tier, radius } = look.layout;
  if (tier === "small") return [];
  const at = place.centre;
  const leads = server.up && server.role === "leader";
  const ink: Paint = leads ? onTerm(server) : server.up && server.standing !== "outside" ? "ink" : "muted";
  const text = (value: string, dy: number, line: Omit<Line, "text" | "colour">): TextShape => ({
    kind: "text",
    at: { x: at.x, y: at.y + dy },
    text: value,
    align: "center",
    colour: ink,
    ...line,
    widest: radius * 1.8,
  });
  const name = `S${server.id}`;
  if (tier === "medium") {
    const size = sized(radius >= 18 ? 13 : 11, look.projector && radius >= 18);
    return [
      text(name, server.up && !server.paused ? 0 : server.up ? radius * 0.2 : -radius * 0.2, { size, bold: true }),
    ];
  }
  const nameSize = sized(radius >= 32 ? 16 : 13, look.projector);
  if (!server.up) return [text(name, -radius * 0.2, { size: nameSize, bold: true })];
  const down = server.paused ? radius * 0.14 : 0;
  return [
    text(name, -radius * 0.2 + down, { size: nameSize, bold: true }),
    text(`term ${server.term}`, radius * 0.3 + down, {
      size: sized(radius >= 32 ? 13 : 11, look.projector),
      bold: false,
    }),
  ];
}

function outerLines(server: ServerFrame, look: ServerLook, beside: boolean): Line[] {
  switch (look.layout.tier) {
    case "large":
      return largeLines(server, look, beside);
    case "medium":
      return mediumLines(server);
    case "small":
      if (!look.numbered) return [];
      return [
        {
          text: `${server.id}`,
          size: 11,
          bold: server.up && server.role !== "follower",
          colour: server.up ? "ink" : "muted",
        },
      ];
    default:
      return look.layout.tier satisfies never;
  }
}

function largeLines(server: ServerFrame, look: ServerLook, beside: boolean): Line[] {
  const small = sized(11, look.projector);
  const state = stateWords(server);
  const commit = `commit ${server.commitIndex}`;
  const fence: Line[] = look.fenceName ? [{ text: look.fenceName, size: small, bold: true, colour: "danger" }] : [];
  const stateLine: Line = {
    text: state,
    size: sized(look.layout.roomy ? 13 : 11, look.projector),
    bold: true,
    colour: server.up && server.standing !== "outside" ? "ink" : "muted",
  };
  const commitLine: Line = { text: commit, size: small, bold: false, colour: "muted" };
  if (!server.up) return [stateLine, ...fence];
  if (state === "") return [commitLine, ...fence];
  const asks = server.role === "candidate" || server.role === "pre-candidate";
  // Whose votes it has is more to know now than what it has committed.
  const second: Line = asks && server.voters.length > 0 ? { ...commitLine, text: votersWords(server) } : commitLine;
  // Above and below there is room for two lines only.
  if (!beside && fence.length > 0) return [{ ...stateLine, text: `${state} · ${second.text}`, size: small }, ...fence];
  return [stateLine, second, ...fence];
}

/** "its own, S3–S5" */
function votersWords(server: ServerFrame): string {
  const others = server.voters.filter((id) => id !== server.id);
  const own = server.voters.length > others.length ? ["its own"] : [];
  return [...own, ...(others.length > 0 ? [serverNames(others)] : [])].join(", ");
}

function mediumLines(server: ServerFrame): Line[] {
  const term: Line = { text: `term ${server.term}`, size: 11, bold: false, colour: "muted" };
  if (!server.up) return [{ text: "crashed", size: 11, bold: false, colour: "muted" }];
  const asks = server.role === "candidate" || server.role === "pre-candidate";
  return asks ? [{ text: votes(server), size: 11, bold: true, colour: "ink" }, term] : [term];
}

/** "2 of 3 votes": what is to be known of it besides its role. */
function stateWords(server: ServerFrame): string {
  if (!server.up) return "crashed";
  const paused = server.paused ? "paused" : "";
  const standing = server.standing === "voter" ? "" : server.standing;
  const words = (...list: string[]): string => list.filter(Boolean).join(", ");
  switch (server.role) {
    case "candidate":
      return words(`${votes(server)} votes`, paused);
    case "pre-candidate":
      return words(`${votes(server)} pre-votes`, paused);
    case "leader":
      return words(jointWords(server), server.standing === "outside" ? standing : "", paused);
    case "follower":
      return words(standing, paused);
    default:
      return server.role satisfies never;
  }
}

/** What a leader needs to commit while two configurations hold together: "needs 2 of 3 and 2 of 5". */
function jointWords({ joint }: ServerFrame): string {
  if (joint === null) return "";
  const { old, next } = joint;
  return `needs ${old.needed} of ${old.of} and ${next.needed} of ${next.of}`;
}

/** "partition: S1–S3" */
export function fenceTitle(ids: readonly number[]): string {
  return `partition: ${serverNames(ids)}`;
}

/**
 * The stage: the ring of servers and everything that is on its way between them.
 *
 * A pure function of the frame and the view. Paint order, from below: links and cuts, fences, messages,
 * clients, servers, texts, what is selected, what is being drawn, the contradiction, the legend.
 */
import type { Frame, ServerFrame } from "../engine/frame.ts";
import { contradiction } from "./contradiction.ts";
import { type Fence, fencesAround } from "./fences.ts";
import { inside } from "./hit.ts";
import { type Box, boxOf, grown } from "./labels.ts";
import { clientPlace, type Layout, layOut, reach } from "./layout.ts";
import { legendShapes, termKey } from "./legend.ts";
import { crossing, linkShapes } from "./links.ts";
import { messageShapes } from "./messages.ts";
import { fenceTitle, type ServerLook, serverShapes, serverTexts } from "./servers.ts";
import type { Point, Scene, ServerPlace, Shape, TextShape } from "./shapes.ts";
import { type StageView, sameTarget, type Target } from "./view.ts";

/** What a message says keeps this far from what is written at a server. */
const LABEL_AIR = 3;

export function stageScene(frame: Frame, view: StageView): Scene {
  const layout = layoutFor(frame, view);
  const fences = fencesAround(view.partition, layout);
  const looks = frame.servers.map((server) => lookOf(server, frame, layout, fences, view));
  const servers: Shape[] = [];
  const texts: TextShape[] = [];
  for (const [i, server] of frame.servers.entries()) {
    const [place, look] = [layout.byId.get(server.id), looks[i]];
    if (!place || !look) continue;
    servers.push(...serverShapes(server, place, look));
    texts.push(...serverTexts(server, place, look));
  }
  // They keep clear of each other, and changing the font is dear.
  texts.sort((a, b) => a.size - b.size || Number(a.bold) - Number(b.bold));
  const taken: Box[] = texts.map((text) => grown(boxOf(text), LABEL_AIR));
  const shapes: Shape[] = [
    ...linkShapes(layout, view),
    ...fences.flatMap((fence) => fenceShapes(fence, layout)),
    ...messageShapes(frame.messages, frame.timeUs, layout, view, taken),
    ...clientShapes(frame, layout, view),
    ...servers,
    ...texts,
    ...marked(layout, view),
    ...drafts(layout, view),
    ...contradiction(layout, view, taken),
    ...corners(frame, layout, view),
  ];
  return { shapes, places: layout.places };
}

/** Ids of the servers that a drawn fence encloses, in ring order. */
export function serversInside(fence: Point[], scene: Scene): number[] {
  return scene.places.filter((place) => inside(place.centre, fence)).map((place) => place.id);
}

/** The last layout, which nearly always is the next one too. Several elements may share a page, so a few are kept. */
const layouts = new Map<string, Layout>();
const LAYOUTS_MOST = 8;

function layoutFor(frame: Frame, view: StageView): Layout {
  const key = `${view.widthCss} ${view.heightCss} ${frame.servers.map((server) => server.id).join()}`;
  const known = layouts.get(key);
  if (known) return known;
  if (layouts.size >= LAYOUTS_MOST) layouts.clear();
  const made = layOut(
    frame.servers.map((server) => server.id),
    view.widthCss,
    view.heightCss,
  );
  layouts.set(key, made);
  return made;
}

function lookOf(
  server: ServerFrame,
  frame: Frame,
  layout: Layout,
  fences: readonly Fence[],
  view: StageView,
): ServerLook {
  const fence = fences.find(({ ids }) => ids.includes(server.id));
  const named =
    fence !== undefined && layout.tier === "large" && fence.ids[Math.floor(fence.ids.length / 2)] === server.id;
  const place = layout.byId.get(server.id);
  const target: Target = { kind: "server", id: server.id };
  const every = Math.ceil(24 / layout.spacing);
  const pointed =
    sameTarget(view.selected, target) || sameTarget(view.hovered, target) || sameTarget(view.focused, target);
  return {
    nowUs: frame.timeUs,
    layout,
    projector: view.projector,
    ids: layout.places.map(({ id }) => id),
    fenced: fence !== undefined,
    fenceName: named ? fenceTitle(fence.group) : "",
    numbered: every <= 1 || server.id % every === 1 || pointed || server.role !== "follower",
    warned: view.fenceDraft !== null && place !== undefined && inside(place.centre, view.fenceDraft),
  };
}

function fenceShapes(fence: Fence, layout: Layout): Shape[] {
  const title = fenceTitle(fence.group);
  const line: Shape = {
    kind: "path",
    points: fence.points,
    closed: true,
    fill: null,
    stroke: "danger",
    width: 2,
    dash: "dotted",
    label: title,
  };
  if (layout.tier === "large") return [line];
  // With many servers their outer side is full of numbers; the inner side has room.
  const middle = layout.byId.get(fence.ids[Math.floor(fence.ids.length / 2)] ?? 0);
  if (!middle) return [line];
  const { centre } = layout;
  const [dx, dy] = [centre.x - middle.centre.x, centre.y - middle.centre.y];
  const far = (reach(layout, 0) + 26) / Math.max(1, Math.hypot(dx, dy));
  const at = { x: middle.centre.x + dx * far, y: middle.centre.y + dy * far };
  const align = dx > 60 ? "left" : dx < -60 ? "right" : "center";
  return [line, { kind: "text", at, text: title, size: 11, bold: true, align, colour: "danger", halo: true }];
}

function clientShapes(frame: Frame, layout: Layout, view: StageView): Shape[] {
  const ids = new Set<number>();
  for (const { from, to } of frame.messages) {
    if (from >= 1000) ids.add(from);
    if (to >= 1000) ids.add(to);
  }
  return [...ids]
    .sort((a, b) => a - b)
    .flatMap((id): Shape[] => {
      const { centre, radius } = clientPlace(layout, id, view.widthCss, view.heightCss);
      return [
        {
          kind: "disc",
          at: centre,
          radius,
          fill: "panel",
          stroke: "mark",
          width: 1.5,
          target: { kind: "client", id },
          label: `client ${id - 1000}`,
        },
        {
          kind: "text",
          at: centre,
          text: `C${id - 1000}`,
          size: 11,
          bold: false,
          align: "center",
          colour: "ink",
          widest: radius * 1.7,
        },
      ];
    });
}

/** Rings around the server that is selected, hovered or focused. */
function marked(layout: Layout, view: StageView): Shape[] {
  const around = (
    target: Target | null,
    beyond: number,
    stroke: "accent" | "mark" | "focus",
    width: number,
  ): Shape[] => {
    const place = placeOf(target, layout, view);
    if (!place) return [];
    const edge = target?.kind === "client" ? place.radius + 2 : reach(layout, 0);
    return [{ kind: "disc", at: place.centre, radius: edge + beyond, fill: null, stroke, width }];
  };
  return [
    ...(sameTarget(view.hovered, view.selected) ? [] : around(view.hovered, 1, "mark", 1)),
    ...around(view.selected, 1, "accent", 2),
    ...around(view.focused, 4, "focus", 3),
  ];
}

function placeOf(target: Target | null, layout: Layout, view: StageView): ServerPlace | undefined {
  if (target?.kind === "server") return layout.byId.get(target.id);
  if (target?.kind === "client") return clientPlace(layout, target.id, view.widthCss, view.heightCss);
  return undefined;
}

/** What the reader is drawing just now. */
function drafts(layout: Layout, view: StageView): Shape[] {
  const shapes: Shape[] = [];
  if (view.fenceDraft && view.fenceDraft.length > 1) {
    shapes.push({
      kind: "path",
      points: view.fenceDraft,
      closed: false,
      fill: null,
      stroke: "danger",
      width: 2,
      dash: "dotted",
    });
  }
  const from = view.cutDraft ? layout.byId.get(view.cutDraft.from) : undefined;
  if (view.cutDraft && from) {
    const { to } = view.cutDraft;
    const [dx, dy] = [to.x - from.centre.x, to.y - from.centre.y];
    const long = Math.max(1, Math.hypot(dx, dy));
    const along = { x: dx / long, y: dy / long };
    const edge = Math.min(long, reach(layout, 0));
    const rim = { x: from.centre.x + along.x * edge, y: from.centre.y + along.y * edge };
    shapes.push({ kind: "line", from: rim, to, stroke: "danger", width: 2, dash: "dashed" });
    shapes.push({ kind: "line", ...crossing(to, along, 9), stroke: "danger", width: 3 });
  }
  return shapes;
}

/** Legend and reminders, where there is room for them. */
function corners(frame: Frame, layout: Layout, view: StageView): Shape[] {
  const shapes: Shape[] = [];
  const low = view.heightCss - 15;
  // Where there is little room, labels fill the bottom. At the top left are the tools, on a narrow stage above the ring.
  const y = layout.roomy ? low : 15;
  const x = layout.roomy || view.widthCss < 560 ? 24 : 104;
  if (layout.roomy && view.widthCss >= 720) shapes.push(...legendShapes(view.widthCss - 16, low));
  if (view.departures) {
    const text = view.departures;
    shapes.push({
      kind: "glyph",
      name: "warning",
      at: { x, y },
      size: 7,
      turn: 0,
      fill: null,
      stroke: "danger",
      width: 1.5,
    });
    shapes.push({ kind: "text", at: { x: x + 13, y }, text, size: 11, bold: true, align: "left", colour: "danger" });
  }
  if (layout.tier === "small") shapes.push(...termKey(frame, view.departures && layout.roomy ? 150 : 16, low));
  return shapes;
}

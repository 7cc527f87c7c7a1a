/** The three canvases: measures, builds their scenes from the model, paints; and puts real elements where the scene has things. */
import type { App } from "../app/app.ts";
import { time } from "../app/labels.ts";
import { departures, leaderOf } from "../app/model.ts";
import { logsPauseMs, tapeEnd } from "../app/playback.ts";
import { tapeUpTo } from "../app/tape.ts";
import { readTheme, type Theme } from "../draw/theme.ts";
import type { Frame } from "../engine/frame.ts";
import { columnsFor, logsHeightLeast, logsScene } from "../scene/logs.ts";
import type { Point, Scene } from "../scene/shapes.ts";
import { stageScene } from "../scene/stage.ts";
import { type TapeView, tapeGround, tapeScene } from "../scene/tape.ts";
import { type StageView, sameTarget, type Target } from "../scene/view.ts";
import { Surface } from "./surface.ts";

/** How often figures change while a run plays. */
const FIGURES_MS = 100;

export class Painter {
  stage: Surface | null = null;
  logs: Surface | null = null;
  tape: Surface | null = null;
  tapeView: TapeView | null = null;
  hoverUs: number | null = null;
  #root: ShadowRoot;
  #app: App;
  #theme: Theme | null = null;
  #observer: ResizeObserver;
  #measured = false;
  /** For how many servers it was measured: their rows make up the height of the logs. */
  #servers = 0;
  #placesKey = "";
  #stageKey: unknown[] = [];
  #logsKey: unknown[] = [];
  #tapeKey: unknown[] = [];
  #groundKey: unknown[] = [];
  #scrubbed = -1;
  #logsAt = 0;
  #writtenAt = 0;
  #resized: () => void;

  constructor(root: ShadowRoot, app: App, resized: () => void) {
    this.#root = root;
    this.#app = app;
    this.#resized = resized;
    this.#observer = new ResizeObserver(() => {
      this.#measured = false;
      resized();
    });
  }

  /** Finds the canvases again after the panels have been rendered. */
  adopt(): void {
    const take = (selector: string, had: Surface | null): Surface | null => {
      const canvas = this.#root.querySelector<HTMLCanvasElement>(selector);
      if (canvas === (had?.canvas ?? null)) return had;
      if (had) this.#observer.unobserve(had.canvas);
      if (canvas === null) return null;
      this.#observer.observe(canvas);
      this.#measured = false;
      return new Surface(canvas);
    };
    this.stage = take(".stage-canvas", this.stage);
    this.logs = take(".logs-canvas", this.logs);
    this.tape = take(".tape-canvas", this.tape);
  }

  restyle(): void {
    this.#theme = null;
    this.#stageKey = [];
    this.#logsKey = [];
    this.#tapeKey = this.#groundKey = [];
    this.#resized();
  }

  remeasure(): void {
    this.#measured = false;
  }

  close(): void {
    this.#observer.disconnect();
  }

  paint(reducedMotion: boolean, projector: boolean): void {
    const { frame } = this.#app.model;
    if (frame === null) return;
    this.#measure(frame.servers.length);
    this.#theme ??= readTheme(this.#root.host);
    const theme = this.#theme;
    if (this.stage && this.stage.widthCss > 0) {
      this.#paintStage(this.stage, frame, theme, reducedMotion, projector);
      this.#place(this.stage.scene);
    }
    this.#paintLogs(theme);
    this.#paintTape(theme, reducedMotion);
    this.#write(frame);
  }

  #measure(servers: number): void {
    if (this.#measured && servers === this.#servers) return;
    this.#measured = true;
    this.#servers = servers;
    if (this.logs) this.logs.canvas.style.blockSize = `${logsHeight(servers, this.#root.host.clientHeight)}px`;
    for (const surface of [this.stage, this.logs, this.tape]) surface?.fit();
    this.#stageKey = [];
    this.#logsKey = [];
    this.#tapeKey = this.#groundKey = [];
    this.#scrubbed = -1;
    this.#placesKey = "";
    const columns = this.logs && this.logs.widthCss > 0 ? columnsFor(this.logs.widthCss) : this.#app.columns;
    if (columns.good === this.#app.columns.good && columns.most === this.#app.columns.most) return;
    this.#app.columns = columns;
    this.#app.send({ kind: "scroll-logs", first: this.#app.model.view.logsFirst });
  }

  #stageView(surface: Surface, reducedMotion: boolean, projector: boolean): StageView {
    const { view, settings, violation, playback } = this.#app.model;
    return {
      widthCss: surface.widthCss,
      heightCss: surface.heightCss,
      selected: view.selected,
      hovered: view.hovered,
      focused: view.focused,
      reducedMotion,
      tool: view.tool,
      fenceDraft: view.fenceDraft,
      cutDraft: view.cutDraft,
      partition: settings?.partition ?? [],
      cuts: settings?.cuts ?? [],
      departures: departures(settings),
      violationServers: violation?.servers ?? [],
      projector,
      speed: playback.speed,
    };
  }

  /** What only the panels are told changes nothing here. */
  #paintStage(surface: Surface, frame: Frame, theme: Theme, reducedMotion: boolean, projector: boolean): void {
    const { view, settings, violation, playback } = this.#app.model;
    const key = [frame, view, settings, violation, playback.speed, theme, reducedMotion, projector];
    if (same(key, this.#stageKey)) return;
    this.#stageKey = key;
    surface.draw(stageScene(frame, this.#stageView(surface, reducedMotion, projector)), theme);
  }

  #paintLogs(theme: Theme): void {
    const { frame, logs, view, playback } = this.#app.model;
    const surface = this.logs;
    if (surface === null || surface.widthCss === 0 || frame === null) return;
    const leader = leaderOf(frame);
    const states = frame.servers.map((s) => `${s.up} ${s.paused} ${s.role} ${s.term} ${s.commitIndex}`).join();
    const key = [logs, states, view.selected, view.hovered, view.focused, leader, theme];
    const at = performance.now();
    const early = this.#logsKey.length > 0 && at - this.#logsAt < logsPauseMs(playback);
    if (early || same(key, this.#logsKey)) return;
    this.#logsKey = key;
    this.#logsAt = at;
    const { widthCss, heightCss } = surface;
    const { selected, hovered, focused } = view;
    const columns = logs.last - logs.first + 1;
    const size = { widthCss, heightCss, rows: [...logs.rows], firstIndex: logs.first, columns, leader };
    surface.draw(logsScene(frame, { ...size, selected, hovered, focused }), theme);
  }

  #paintTape(theme: Theme, reducedMotion: boolean): void {
    const { frame, tape, playback, edgeUs } = this.#app.model;
    const surface = this.tape;
    if (surface === null || surface.widthCss === 0 || frame === null) return;
    const times = { fromUs: 0, toUs: tapeEnd(edgeUs), nowUs: playback.timeUs, edgeUs, hoverUs: this.hoverUs };
    this.tapeView = { widthCss: surface.widthCss, heightCss: surface.heightCss, ...times, reducedMotion };
    // While a run plays slowly the playhead needs many frames for one pixel.
    const pixel = times.toUs / (surface.widthCss * 4);
    const [now, edge] = [Math.round(playback.timeUs / pixel), Math.round(edgeUs / pixel)];
    const key = [tape, now, edge, times.toUs, this.hoverUs, surface.widthCss, surface.heightCss, theme];
    if (same(key, this.#tapeKey)) return;
    this.#tapeKey = key;
    const shown = tapeUpTo(tape, edgeUs);
    const ground = [shown.marks, shown.terms.length, times.toUs, surface.widthCss, surface.heightCss, theme];
    if (!same(ground, this.#groundKey)) surface.lay(tapeGround(shown, this.tapeView), theme);
    this.#groundKey = ground;
    surface.draw(tapeScene(shown, this.tapeView), theme);
  }

  /** The moment at hand in figures. While a run plays, they change no more often than they can be read: each change costs a layout. */
  #write(frame: Frame): void {
    const { playback, edgeUs } = this.#app.model;
    const at = performance.now();
    if (playback.playing && at - this.#writtenAt < FIGURES_MS) return;
    this.#writtenAt = at;
    put(this.#root.querySelector(".now"), time(frame.timeUs));
    put(this.#root.querySelector(".where"), `event ${frame.event} · live edge ${time(edgeUs)}`);
    this.#scrub(Math.round(playback.timeUs));
  }

  /** The range input that lies unseen over the tape. */
  #scrub(value: number): void {
    const scrubber = this.#root.querySelector<HTMLInputElement>(".scrubber");
    if (scrubber === null || value === this.#scrubbed) return;
    this.#scrubbed = value;
    scrubber.value = String(value);
  }

  /** Lays the focusable buttons over the servers, and the menu beside what is selected. */
  #place(scene: Scene): void {
    const proxies = this.#root.querySelectorAll<HTMLElement>(".proxy");
    const key = `${proxies.length} ${scene.places.map((p) => `${p.id} ${p.centre.x} ${p.centre.y} ${p.radius}`).join()}`;
    if (key !== this.#placesKey) {
      this.#placesKey = key;
      for (const place of scene.places) {
        const proxy = this.#root.querySelector<HTMLElement>(`.proxy[data-server="${place.id}"]`);
        if (proxy) putCircle(proxy, place.centre, Math.max(12, place.radius));
      }
    }
    const menu = this.#root.querySelector<HTMLElement>(".stage-menu");
    if (menu && this.stage) putBeside(menu, spotOf(this.#app.model.view.selected, scene), this.stage);
    const tip = this.#root.querySelector<HTMLElement>(".tip");
    if (tip && this.stage) putBeside(tip, spotOf(this.#app.model.view.hovered, scene), this.stage);
  }
}

function put(element: Element | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

function same(key: readonly unknown[], before: readonly unknown[]): boolean {
  return key.length === before.length && key.every((part, i) => part === before[i]);
}

/** Roomy rows while they fit into a third of the page, then denser ones; only the largest clusters have to scroll. */
function logsHeight(servers: number, page: number): number {
  const roomy = servers * (page > 800 ? 40 : 32) + 24;
  return Math.max(logsHeightLeast(servers), Math.min(roomy, Math.round(page * 0.35)));
}

function putCircle(element: HTMLElement, centre: Point, radius: number): void {
  element.style.transform = `translate(${centre.x - radius}px, ${centre.y - radius}px)`;
  element.style.inlineSize = element.style.blockSize = `${radius * 2}px`;
}

interface Spot {
  at: Point;
  radius: number;
}

/** Where the selected thing is on the stage. */
function spotOf(target: Target | null, scene: Scene): Spot | null {
  if (target?.kind === "server") {
    const place = scene.places.find((p) => p.id === target.id);
    if (place) return { at: place.centre, radius: place.radius };
  }
  for (const shape of scene.shapes) {
    if (shape.target && sameTarget(shape.target, target) && "at" in shape) return { at: shape.at, radius: 12 };
  }
  return null;
}

/**
 * Beside the spot, outwards first: what the ring shows lies inwards. Else above or below it, and where even that has no
 * room, at the other end of the stage: never over the spot, if the stage is at all large enough.
 */
function putBeside(menu: HTMLElement, spot: Spot | null, stage: Surface): void {
  const whole = menu.closest<HTMLElement>(".stage");
  const ring = menu.offsetParent;
  if (spot === null || whole === null || !(ring instanceof HTMLElement)) return;
  const { at } = spot;
  const gap = spot.radius + 16;
  const [wide, high] = [menu.offsetWidth, menu.offsetHeight];
  // It may lie over the tools above the ring and the request below it.
  const top = 8 - ring.offsetTop;
  const [mostX, mostY] = [whole.clientWidth - wide - 8, whole.clientHeight - ring.offsetTop - high - 8];
  const within = (place: number, least: number, most: number): number => Math.max(least, Math.min(place, most));
  const [left, right] = [at.x - gap - wide, at.x + gap];
  const beside = (at.x < stage.widthCss / 2 ? [left, right] : [right, left]).find((x) => x >= 8 && x <= mostX);
  const [above, below] = [at.y - gap - high, at.y + gap];
  const far = at.y < stage.heightCss / 2 ? mostY : top;
  const [x, y] =
    beside !== undefined
      ? [beside, within(at.y - 24, top, mostY)]
      : [within(at.x - wide / 2, 8, mostX), [below, above].find((y) => y >= top && y <= mostY) ?? far];
  menu.style.transform = `translate(${x}px, ${y}px)`;
}

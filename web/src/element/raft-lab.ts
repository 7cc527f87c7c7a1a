/**
 * `<raft-lab>`: the laboratory as an element. Reads its attributes, owns the life of one `App`, renders the panels,
 * and speaks to its host page like a media element.
 */
import { App } from "../app/app.ts";
import type { AppEvent, Host } from "../app/host.ts";
import type { Intent } from "../app/intents.ts";
import { blank, type Model } from "../app/model.ts";
import { ALIASES, PARAM_NAMES, type Params, readParams } from "../app/params.ts";
import { firstViews, loadEngine } from "../engine/engine.ts";
import { hunt } from "../engine/hunting.ts";
import { experiment, experiments, survey } from "../engine/measuring.ts";
import { shell } from "../ui/shell.ts";
import { sheets } from "../ui/styles/index.ts";
import { Appearance } from "./appearance.ts";
import { Focus } from "./focus.ts";
import { onKey } from "./keys.ts";
import { Loop } from "./loop.ts";
import { MediaElement } from "./media.ts";
import { Painter } from "./painter.ts";
import { listenToLogs, listenToStage, listenToTape } from "./pointers.ts";
import { atFirstSign } from "./reader.ts";
import { Scrolls } from "./scrolls.ts";
import { Speaker } from "./speaker.ts";

export class RaftLab extends MediaElement {
  static override styles = sheets;

  static override get observedAttributes(): string[] {
    // biome-ignore lint/complexity/noThisInStatic: Lit prepares the class's styles in this getter, for the class that it is called on
    return [...super.observedAttributes, ...PARAM_NAMES, ...Object.keys(ALIASES)];
  }

  #params: Params = readParams(() => null).params;
  #app: App | null = null;
  #loop: Loop | null = null;
  #painter: Painter | null = null;
  #appearance: Appearance | null = null;
  #speaker = new Speaker(this, () => this.model.view.dialog);
  #heard = new WeakSet<Element>();
  #configuring = false;
  #shown: unknown[] = [];
  #focus = new Focus();
  #starting = false;
  #scrolls = new Scrolls();
  #stopWaiting: () => void = () => undefined;

  /** A sentence in the notice bar. */
  notify(text: string): void {
    this.send({ kind: "notice", text, lasting: true });
  }

  /** The run as the text of a link. */
  get run(): string {
    return this.model.status === "ready" ? (this.#app?.keepRun() ?? "") : this.model.runText;
  }

  /** Fetches the engine before anybody needs it; resolves when it is there and all that was asked meanwhile is done. */
  load(): Promise<void> {
    return this.#app?.load() ?? Promise.reject(new Error("The element is on no page."));
  }

  send(intent: Intent): void {
    this.#app?.send(intent);
  }

  /** The same function every time, so that panels can tell that nothing has changed. */
  readonly #send = (intent: Intent): void => this.send(intent);

  protected get model(): Model {
    return this.#app?.model ?? blank;
  }

  // Life

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.#app) this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Moving an element disconnects and connects it in one turn. Close only if it
    // is still out of the page once the turn ends.
    queueMicrotask(() => {
      if (!this.isConnected) this.#close();
    });
  }

  override attributeChangedCallback(name: string, was: string | null, value: string | null): void {
    super.attributeChangedCallback(name, was, value);
    if (was === value || !this.#app || this.#configuring) return;
    this.#configuring = true;
    // Several attributes set in one go are one change.
    queueMicrotask(() => {
      this.#configuring = false;
      this.#reconfigure();
    });
  }

  #start(): void {
    const { params, notices } = this.#readAttributes();
    this.#params = params;
    this.#starting = true;
    const app = new App(
      { views: firstViews(), load: loadEngine, hunt, bench: { experiments, experiment, survey } },
      this.#host(),
    );
    this.#app = app;
    this.#appearance = new Appearance(() => this.#restyle());
    this.#loop = new Loop(this, (elapsed) => this.#frame(elapsed));
    this.#painter = new Painter(this.renderRoot as ShadowRoot, app, () => this.#loop?.wake());
    this.#stopWaiting = atFirstSign(this, () => app.send({ kind: "load-engine" }));
    app.send({ kind: "speed", speed: params.speed });
    app.send({ kind: "theme", theme: params.theme });
    this.#open();
    for (const text of notices) app.send({ kind: "notice", text, lasting: true });
    this.#restyle();
    if (params.autoplay) app.send({ kind: "play" });
    this.#starting = false;
  }

  /** Opens what the attributes ask for. */
  #open(): void {
    const { run, scenario, servers, seed } = this.#params;
    if (run !== "") this.send({ kind: "open-run", text: run });
    else this.send({ kind: "open", setup: { scenario, ...(servers ? { servers } : {}), ...(seed ? { seed } : {}) } });
  }

  #close(): void {
    this.#stopWaiting();
    this.#loop?.close();
    this.#painter?.close();
    this.#appearance?.close();
    this.#app?.close();
    this.#app = this.#loop = this.#painter = this.#appearance = null;
    this.#heard = new WeakSet();
  }

  // Attributes

  #readAttributes(): ReturnType<typeof readParams> {
    return readParams((name) => this.getAttribute(name));
  }

  #reconfigure(): void {
    const before = this.#params;
    const { params, notices } = this.#readAttributes();
    this.#params = params;
    if (params.speed !== before.speed) this.send({ kind: "speed", speed: params.speed });
    if (params.theme !== before.theme) this.send({ kind: "theme", theme: params.theme });
    const run: (keyof Params)[] = ["scenario", "servers", "seed", "run"];
    if (run.some((key) => params[key] !== before[key])) this.#open();
    for (const text of notices) this.send({ kind: "notice", text, lasting: true });
    this.requestUpdate();
  }

  // Pictures

  #host(): Host {
    return {
      changed: () => this.#changed(),
      say: (text, pressing) => this.#speaker.say(text, pressing),
      emit: (event, detail) => this.#emit(event, detail),
      now: () => performance.now(),
    };
  }

  #emit(name: AppEvent, detail?: unknown): void {
    const event = detail === undefined ? new Event(name) : new CustomEvent(name, { detail });
    // Whoever puts the element on a page must have the time to listen.
    if (this.#starting) queueMicrotask(() => this.dispatchEvent(event));
    else this.dispatchEvent(event);
  }

  /** Called for every change. The canvases wait for the next frame, and what the panels say of it for the one after. */
  #changed(): void {
    this.#loop?.wake();
    // Where no frame will come, nobody sees a picture, but somebody may ask for the words.
    if (this.#loop?.resting) this.#app?.settle();
    const { view, notices, status, engine, waiting, playback, busy, violation, feed, server, message, hunt, measure } =
      this.model;
    const { playing, speed } = playback;
    const shown = [
      view,
      notices,
      status,
      engine,
      waiting,
      playing,
      speed,
      busy,
      violation,
      feed,
      server,
      message,
      hunt,
      measure,
    ];
    if (shown.every((part, i) => part === this.#shown[i])) return;
    if (view.theme !== (this.#shown[0] as typeof view | undefined)?.theme) this.#restyle();
    this.#shown = shown;
    this.requestUpdate();
  }

  #frame(elapsedMs: number): boolean {
    const app = this.#app;
    if (!app) return false;
    app.settleInTime();
    if (app.awake) app.tick(elapsedMs);
    this.#painter?.paint(this.#appearance?.reducedMotion ?? false, this.#params.projector);
    app.pictured();
    return app.awake || app.unsettled;
  }

  #restyle(): void {
    if (!this.#appearance) return;
    this.dataset.theme = this.#appearance.resolve(this.model.view.theme, this);
    this.#painter?.restyle();
  }

  override render(): unknown {
    const headingLevel = document.querySelector("h1") ? 2 : 1;
    return shell(this.model, this.#send, { params: this.#params, address: location.href, headingLevel });
  }

  override willUpdate(): void {
    this.#focus.note(this.renderRoot as ShadowRoot | undefined);
  }

  override updated(): void {
    this.#focus.keep(this.renderRoot as ShadowRoot, this.model.view.selected);
    this.#painter?.adopt();
    this.#listen();
    this.#openDialogs();
    this.#scrolls.keep(this.model);
    this.#loop?.wake();
  }

  override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot() as ShadowRoot;
    root.addEventListener("keydown", (event) => this.takeKey(event as KeyboardEvent));
    root.addEventListener("focusin", (event) => this.#focusMoved(event.target as Element));
    root.addEventListener("focusout", () => this.#focusMoved(null));
    root.addEventListener("scroll", ({ target }) => this.#scrolls.note(target as Element), { capture: true });
    return root;
  }

  /** A key that was meant for the laboratory. */
  takeKey(event: KeyboardEvent): void {
    const root = this.renderRoot as ShadowRoot;
    if (this.#app && !this.#params.nohotkeys) onKey(event, this.#app, root, this.#params.readonly);
  }

  /** What has focus is ringed on the canvas too. */
  #focusMoved(to: Element | null): void {
    const app = this.#app;
    if (!app) return;
    const id = to instanceof HTMLElement && to.matches(".proxy:focus-visible") ? Number(to.dataset.server) : 0;
    const had = app.model.view.focused;
    if (id === 0 && had === null) return;
    app.view({ focused: id > 0 ? { kind: "server", id } : null });
    this.#changed();
  }

  #listen(): void {
    const { stage, logs } = this.#painter ?? {};
    const app = this.#app;
    if (!app || !this.#painter) return;
    const once = (element: Element | null | undefined, listen: () => void): void => {
      if (!element || this.#heard.has(element)) return;
      this.#heard.add(element);
      listen();
    };
    const painter = this.#painter;
    if (stage) once(stage.canvas, () => listenToStage(stage, app, () => this.#params.readonly));
    if (logs) once(logs.canvas, () => listenToLogs(logs, app));
    const strip = this.renderRoot.querySelector<HTMLElement>(".tape");
    once(strip, () => strip && listenToTape(strip, painter, app));
  }

  #openDialogs(): void {
    for (const dialog of this.renderRoot.querySelectorAll("dialog")) {
      const wanted = dialog.dataset.dialog === this.model.view.dialog;
      if (wanted && !dialog.open) openDialog(dialog);
      if (!wanted && dialog.open) dialog.close();
    }
  }
}

function openDialog(dialog: HTMLDialogElement): void {
  dialog.showModal();
  // Under a finger the screen's keyboard would cover half of what there is to choose from.
  if (matchMedia("(pointer: fine)").matches) dialog.querySelector<HTMLElement>("[type=search]")?.focus();
}

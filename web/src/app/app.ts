/**
 * The laboratory behind the element: one open run, its playback and its view.
 *
 * Values in (intents, elapsed time), values out (the model). It knows neither the DOM nor the wasm: the host
 * draws, speaks and sends events; the engine is handed in.
 */
import { Refusal, Session, Trap } from "../engine/session.ts";
import type { Goal, Lab, Settings, Setup } from "../engine/types.ts";
import { perform } from "./act.ts";
import type { Host } from "./host.ts";
import { Hunter } from "./hunt.ts";
import type { DialogName, Intent } from "./intents.ts";
import type { Columns } from "./log-window.ts";
import { lookAtCircumstances, lookAtFrame, lookAtHistory, lookAtLogs, lookAtPanels, lookAtSelection } from "./look.ts";
import { Surveyor } from "./measure.ts";
import { blank, engineAwaited, type Model } from "./model.ts";
import { openedSentence } from "./opened.ts";
import { Panels } from "./panels.ts";
import { type Notice, PARAMS } from "./params.ts";
import { advance, isIdle, logsPauseMs } from "./playback.ts";
import { Source, type Supply, tried } from "./source.ts";
import { newest } from "./speech.ts";
import { reached } from "./tape.ts";
import { FEED_LINES, type ViewState } from "./view.ts";

/** Work that may take more than one frame. `slice` answers true when it is done. */
interface Job {
  busy: string;
  slice: (lab: Lab) => boolean;
  then: () => void;
}

/** The most that simulating may take of one frame, and how many events are tried between looks at the clock. */
const SLICE_MS = 8;
const SLICE_EVENTS = 400;
/** How far "run to" looks ahead. */
const SEARCH_US = 60_000_000;
/** How long before an interesting event "skip idle time" lands. */
const LEAD_IN_US = 3000;

/** A run that is there sooner is simply opened; of a longer one it is said that it is on its way. */
const OPEN_MS = 100;

/** As many as the address can have faults; the oldest goes first. */
const NOTICES_MOST = 4;
/** What leaves notices where they are: the reader has not gone on yet. */
const ASIDE: ReadonlySet<Intent["kind"]> = new Set([
  "notice",
  "dismiss",
  "dialog",
  "find",
  "scroll-logs",
  "theme",
  "load-engine",
]);

/** It stays until it is taken, closed, or the reader goes on with the new run by changing it. */
const OFFER: Notice["offer"] = { text: "Back to the run before", intent: { kind: "run-before" } };

/** What is opened where nothing else can be. */
const DEFAULT_SETUP: Setup = { scenario: PARAMS.scenario.fallback };

export class App {
  readonly model: Model = { ...blank };
  columns: Columns = { good: 12, most: 24 };
  readonly hunter: Hunter;
  readonly surveyor: Surveyor;
  #host: Host;
  #source: Source;
  #session: Session | null = null;
  #job: Job | null = null;
  #panels = new Panels();
  #lookedKey = "";
  #logsKey = "";
  #logsAt = Number.NEGATIVE_INFINITY;
  /** The reader has changed the run since its branches were read. */
  #historyToo = false;
  #saidEvent = 0;
  /** The run that the reader had changed before this one was opened. */
  #before: { session: Session; setup: Setup | null } | null = null;
  /** No second leap before the playhead has passed this. */
  #noSkipBefore = -1;
  #notices = 0;

  constructor(supply: Supply, host: Host) {
    this.#host = host;
    this.hunter = new Hunter(this, supply);
    this.surveyor = new Surveyor(this, supply.bench);
    this.#source = new Source(supply, this.model, {
      arrived: (waited) => this.#arrived(waited),
      missed: () => this.#missed(),
      changed: () => host.changed(),
    });
  }

  get host(): Host {
    return this.#host;
  }

  /** True while there is something to do in the next frame. */
  get awake(): boolean {
    return this.#job !== null || this.model.playback.playing;
  }

  /** The one door for everything the reader does. */
  send(intent: Intent): void {
    const { notices } = this.model;
    if (!ASIDE.has(intent.kind) && notices.some((n) => n.passing))
      this.model.notices = notices.filter((n) => !n.passing);
    if (!this.#source.keeps(intent)) this.#guard(() => perform(this, intent));
    this.#host.changed();
  }

  /** One animation frame. */
  tick(elapsedMs: number): void {
    this.#guard(() => {
      try {
        if (this.#job) this.#work(this.#job);
        else if (this.model.playback.playing) this.#play(elapsedMs);
      } catch (error) {
        // What was refused is not tried again in the next frame.
        if (error instanceof Refusal) this.#halt();
        throw error;
      }
      this.look(false);
    });
    this.#host.changed();
  }

  close(): void {
    this.#source.close();
    this.hunter.close();
    this.surveyor.close();
    this.#before?.session.close();
    this.#session?.close();
    this.#before = this.#session = null;
    this.#job = null;
  }

  // The engine

  /** Fetches the engine, unless it is there or on its way; resolves when all that waited for it is done. */
  load(): Promise<void> {
    return this.#source.load();
  }

  /** The run that was shown from the store goes on in the engine. Nothing is told of it: nothing has changed. */
  #arrived(waited: Intent[]): void {
    this.#guard(() => {
      const { setup } = this.model;
      if (this.#session === null || setup === null) return;
      this.#session = new Session(this.#source.open(setup));
      this.#historyToo = true;
      this.look(true);
    });
    for (const intent of waited) this.send(intent);
    this.#host.changed();
  }

  #missed(): void {
    this.#host.emit("raft-error", { message: this.model.trouble });
    if (engineAwaited(this.model)) this.#host.say("The engine could not be loaded.", true);
    this.#host.changed();
  }

  // Opening

  /** Opens a run; the one before it stays if this one is refused. */
  open(setup: Setup): void {
    this.#opened(
      this.#orDefault(() => new Session(this.#source.open(setup))),
      setup,
    );
  }

  /** What the reader did to the run before this one can be had back; one such run is kept. */
  openRunBefore(): void {
    const before = this.#before;
    if (before === null) return;
    this.#before = null;
    this.#opened(before.session, before.setup);
    this.model.edited = true;
  }

  /** A run from elsewhere may be of any length, so it is played in slices to where it was looked at. */
  openRun(text: string): void {
    const opening = this.#orDefault(() => this.#source.openRun(text));
    const slice = (): boolean => this.#orDefault(() => tried(() => opening.play(SLICE_EVENTS)));
    const then = (): void => {
      const { playing } = this.model.playback;
      this.#opened(new Session(opening.lab()), null);
      if (playing) this.setPlaying(true);
    };
    if (this.#repeat(slice, OPEN_MS)) {
      then();
      return;
    }
    // Something has to be there meanwhile.
    if (this.#session === null) this.open({});
    this.begin("Opening the run", slice, then);
  }

  /** Where no run is open yet, the default takes the place of one that is refused: there must be something to look at. */
  #orDefault<T>(opening: () => T): T {
    try {
      return opening();
    } catch (error) {
      if (this.#session === null && error instanceof Refusal)
        this.#opened(new Session(this.#source.open(DEFAULT_SETUP)), DEFAULT_SETUP);
      throw error;
    }
  }

  #opened(session: Session, setup: Setup | null): void {
    const before = this.model.settings;
    this.#leave();
    this.model.setup = setup;
    this.model.edited = setup === null;
    this.#session = session;
    this.#job = null;
    this.#saidEvent = 0;
    this.#noSkipBefore = -1;
    this.model.status = "ready";
    this.model.playback = { ...this.model.playback, playing: false };
    this.view({ selected: null, focused: null, hovered: null, menu: false, logsFirst: null, feedLines: FEED_LINES });
    this.claimEdge();
    this.#historyToo = true;
    this.moved();
    this.settle();
    this.#tellOpened(before);
    this.#host.emit("change");
    this.#host.emit("load");
  }

  /** Keeps the open run if the reader has changed it; one that is as its scenario has it can be opened again anyway. */
  #leave(): void {
    const session = this.#session;
    const { edited, setup } = this.model;
    this.#before?.session.close();
    this.#before = edited && session !== null && !session.dead ? { session, setup } : null;
    // A search that is given up has taken the engine to where the reader has never been.
    if (this.#before !== null && this.#job === null) this.forgetAhead();
    if (this.#before === null) session?.close();
  }

  #tellOpened(before: Settings | null): void {
    this.#withdrawOffer();
    const { settings, setup } = this.model;
    if (before === null || settings === null) return;
    const told = openedSentence(before, settings, setup !== null && !this.model.edited);
    if (this.#before !== null) this.notice(told, true, { offer: OFFER });
    this.#host.say(this.#before === null ? told : `${told} The notice has a way back.`, true);
  }

  #withdrawOffer(): void {
    if (this.model.notices.some((n) => n.offer !== null))
      this.model.notices = this.model.notices.filter((n) => n.offer === null);
  }

  get session(): Session {
    if (this.#session === null) throw new Refusal("No run is open.");
    return this.#session;
  }

  // Changing what is seen

  view(change: Partial<ViewState>): void {
    const before = this.model.view;
    const view = { ...before, ...change };
    const parts = Object.keys(change) as (keyof ViewState)[];
    if (parts.some((part) => view[part] !== before[part])) this.model.view = view;
    if (view.dialog !== before.dialog) this.#forgetNoticesOf(before.dialog);
  }

  /** After the selection or the open panel has changed. */
  reselect(): void {
    this.#session?.read((run) => lookAtSelection(this.model, run));
  }

  /** A sentence that must be seen: it answers the reader and goes with their next action, unless it is a lasting one. */
  notice(text: string, lasting = false, more: Partial<Pick<Notice, "offer" | "place">> = {}): void {
    const others = this.model.notices.filter((n) => n.text !== text).slice(1 - NOTICES_MOST);
    const place = (lasting ? null : this.model.view.dialog) ?? "page";
    const notice: Notice = { id: ++this.#notices, text, passing: !lasting, place, offer: null, ...more };
    this.model.notices = [...others, notice];
    this.#host.say(text, true);
  }

  #forgetNoticesOf(dialog: DialogName | null): void {
    if (dialog !== null && this.model.notices.some((n) => n.place === dialog))
      this.model.notices = this.model.notices.filter((n) => n.place !== dialog);
  }

  dismiss(id: number): void {
    this.model.notices = this.model.notices.filter((n) => n.id !== id);
  }

  // Moving in time

  /** Starts work that may last; anything that was under way is given up. */
  begin(busy: string, slice: Job["slice"], then: () => void): void {
    this.#job = { busy, slice, then };
    try {
      this.#work(this.#job);
    } catch (error) {
      if (error instanceof Refusal) this.#halt();
      throw error;
    }
  }

  seek(timeUs: number, then: () => void = () => undefined): void {
    const to = Math.max(0, Math.round(timeUs));
    this.begin(
      "Simulating",
      (lab) => lab.seek(to, SLICE_EVENTS),
      () => {
        this.#host.emit("seeked");
        then();
      },
    );
  }

  /** Runs on to a goal. If it is not met within a minute of simulated time, the reader stays where they were. */
  runUntil(goal: Goal, then: (met: boolean) => void): void {
    const from = this.session.ask((lab) => lab.timeUs());
    let answer: "met" | "more" | "none" = "more";
    const slice = (lab: Lab): boolean => {
      answer = lab.runUntil(goal, SLICE_EVENTS);
      return answer !== "more" || lab.timeUs() > from + SEARCH_US;
    };
    this.begin("Looking ahead", slice, () => {
      if (answer === "met" || this.model.frame?.stopped) then(answer === "met");
      else
        this.seek(from, () => {
          this.forgetAhead();
          then(false);
        });
    });
  }

  /** The engine has looked ahead; for the reader that has not happened, and an action at the live edge is no fork. */
  forgetAhead(): void {
    this.session.ask((lab) => lab.forgetAfter(this.model.edgeUs));
  }

  /** The run cannot go on from where it is. */
  #halt(): void {
    this.#job = null;
    this.model.busy = "";
    this.setPlaying(false);
    this.moved();
  }

  #work(job: Job): void {
    const done = this.#inSlices(job.slice);
    this.model.busy = done ? "" : job.busy;
    if (!done) return;
    this.moved();
    // What follows may begin a job of its own; only where the last one ends has the reader arrived.
    this.#job = null;
    job.then();
    this.#arrive();
  }

  /** Repeats a slice until it is done or this frame's share of time is used up. */
  #inSlices(slice: (lab: Lab) => boolean): boolean {
    return this.#repeat(() => this.session.ask(slice), SLICE_MS);
  }

  #repeat(slice: () => boolean, forMs: number): boolean {
    const end = this.#host.now() + forMs;
    let done = false;
    do done = slice();
    while (!done && this.#host.now() < end);
    return done;
  }

  #play(elapsedMs: number): void {
    const next = advance(this.model.playback, elapsedMs);
    const target = Math.floor(next.timeUs);
    const there = this.#inSlices((lab) => lab.seek(target, SLICE_EVENTS));
    // Too much happens for one frame: time passes more slowly rather than the page freezing.
    const timeUs = there ? next.timeUs : this.session.ask((lab) => lab.timeUs());
    this.model.playback = { ...next, timeUs };
    this.#host.emit("timeupdate");
    lookAtFrame(this.model, this.session);
    if (this.model.frame?.stopped) this.stopped();
    else if (this.model.view.skipIdle) this.#skipIdle(timeUs);
  }

  #skipIdle(timeUs: number): void {
    const frame = this.model.frame;
    if (frame === null || timeUs < this.#noSkipBefore || !isIdle(frame)) return;
    const playing = this.model.playback;
    this.runUntil("interesting", (met) => {
      if (!met) {
        this.#noSkipBefore = timeUs + SEARCH_US;
        this.model.playback = { ...playing, timeUs };
        this.notice("There is nothing to skip to: within a minute of simulated time nothing but heartbeats happens.");
        return;
      }
      const found = this.session.ask((lab) => lab.timeUs());
      this.#noSkipBefore = found;
      const speed = playing.speed;
      const landing = Math.max(timeUs, found - Math.max(LEAD_IN_US, speed * 500_000));
      this.seek(landing, () => {
        this.model.playback = { ...playing, timeUs: landing };
      });
    });
  }

  /** A violation has stopped the run. */
  stopped(): void {
    this.setPlaying(false);
    this.look(true);
    const violation = this.model.violation;
    if (violation) this.#host.say(`${violation.title}. ${violation.witness}`, true);
  }

  setPlaying(playing: boolean): void {
    const was = this.model.playback.playing;
    this.model.playback = { ...this.model.playback, playing };
    if (was === playing) return;
    this.#host.emit(playing ? "play" : "pause");
    if (!playing) this.look(true);
  }

  /** After anything but playing has moved the cursor: the playhead follows. */
  moved(): void {
    this.model.playback = { ...this.model.playback, timeUs: this.session.read((run) => run.timeUs()) };
    this.look(true);
  }

  /** Takes the run's text anew, as seen from this moment. */
  keepRun(): string {
    this.#session?.keepRun();
    this.model.runText = this.#session?.runText ?? "";
    // A stored first view has no such text; its link says the same.
    this.model.runFile = this.#session?.read((run) => ("file" in run ? (run as Lab).file() : run.link())) ?? "";
    return this.model.runText;
  }

  /** All that has been simulated is the reader's: a run from elsewhere, or a branch that was left before. */
  claimEdge(): void {
    this.model.edgeUs = this.session.read((run) => run.edgeUs());
  }

  /** After the reader has changed the run. */
  edited(): void {
    this.session.keepRun();
    this.#withdrawOffer();
    this.model.edited = true;
    this.#noSkipBefore = -1;
    this.#historyToo = true;
    this.moved();
    this.#host.emit("change");
  }

  /** Brings the picture up to date; the panels follow when they are settled. */
  look(now: boolean): void {
    const session = this.#session;
    if (session === null) return;
    lookAtFrame(this.model, session);
    if (now) lookAtCircumstances(this.model, session);
    const frame = this.model.frame;
    this.#arrive();
    const key = `${frame?.revision} ${frame?.event}`;
    const logsKey = `${key} ${this.columns.most} ${this.model.view.logsFirst}`;
    const early = this.#host.now() - this.#logsAt < logsPauseMs(this.model.playback);
    if (now || (logsKey !== this.#logsKey && !early)) {
      lookAtLogs(this.model, session, this.columns);
      this.#logsKey = logsKey;
      this.#logsAt = this.#host.now();
    }
    if (now || key !== this.#lookedKey) this.#panels.outdated(this.#host.now());
    this.#lookedKey = key;
  }

  /** The panels do not yet show what the picture shows. */
  get unsettled(): boolean {
    return this.#panels.stale;
  }

  /** The picture of the model as it is has been drawn. */
  pictured(): void {
    this.#panels.pictured();
  }

  /** Settles the panels if it is time for it. */
  settleInTime(): void {
    if (this.#panels.due(this.#host.now(), this.awake)) this.settle();
  }

  /** Reads into the panels what the picture shows, and says what waited for that. */
  settle(): void {
    if (!this.#panels.stale) return;
    const answers = this.#panels.settled();
    this.#guard(() => {
      if (this.#session === null || this.#session.dead) return;
      lookAtPanels(this.model, this.#session);
      if (this.#historyToo) lookAtHistory(this.model, this.#session);
      this.#historyToo = false;
      for (const answer of answers) answer();
      if (this.model.playback.playing) this.#sayNewest();
    });
    this.#host.changed();
  }

  /** An answer to the reader that speaks of what the panels will show. */
  answer(text: () => string): void {
    this.#panels.afterwards(() => this.#host.say(text(), true));
  }

  /** The live edge follows the reader, but not the engine's looks ahead. */
  #arrive(): void {
    const { frame, edgeUs } = this.model;
    if (frame && this.#job === null) this.model.edgeUs = reached(edgeUs, frame.timeUs, frame.edgeUs);
  }

  #sayNewest(): void {
    const news = newest(this.model.feed, this.model.tape.marks, this.#saidEvent);
    // What was not said now, for it is too soon after something else, is said a little later.
    if (news !== null && this.#host.say(news.sentence, false)) this.#saidEvent = news.upto;
  }

  /** A refusal is a notice, a trap the end of the session; anything else is ours and goes on up. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (error instanceof Trap) this.#trapped(error);
      else if (error instanceof Refusal) this.notice(error.message);
      else throw error;
    }
  }

  #trapped(error: Trap): void {
    this.model.status = "trap";
    this.model.trouble = error.message;
    this.model.runText = this.#session?.runText ?? this.model.runText;
    this.model.playback = { ...this.model.playback, playing: false };
    this.model.busy = "";
    this.#job = null;
    this.#host.emit("raft-error", { message: error.message, run: this.model.runText });
    this.#host.say("The engine has stopped. The run can be copied.", true);
  }
}

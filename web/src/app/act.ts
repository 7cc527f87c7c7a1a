/** What each intent does. One line each where possible; longer ones below. */

import type { Setup } from "../engine/types.ts";
import type { App } from "./app.ts";
import { entryAfter, entryLabel } from "./entries.ts";
import { findScenarios, tellFound } from "./find.ts";
import { follow } from "./guides.ts";
import type { DialogName, Intent, Sheet, Tab, Topic } from "./intents.ts";
import { serverAtHand } from "./model.ts";
import { nextSpeed } from "./playback.ts";
import { FEED_MORE, toggleTopic } from "./view.ts";

type Kind = Intent["kind"];
type Of<K extends Kind> = Extract<Intent, { kind: K }>;

/** Every kind of intent has its line here; the compiler sees to it that none is missing. */
const DOES: { readonly [K in Kind]: (app: App, intent: Of<K>) => void } = {
  // Time
  play,
  pause: (app) => app.setPlaying(false),
  "toggle-play": (app) => (app.model.playback.playing ? app.setPlaying(false) : play(app)),
  step: (app) => step(app, true),
  "step-back": (app) => step(app, false),
  seek: (app, { timeUs }) => jump(app, timeUs),
  "seek-by": (app, { us }) => jump(app, app.model.playback.timeUs + us),
  "seek-share": (app, { share }) => jump(app, share * app.model.edgeUs),
  "to-start": (app) => jump(app, 0),
  "to-edge": (app) => jump(app, app.model.edgeUs),
  "seek-event": (app, { event }) => toEvent(app, event),
  "run-until": (app, { goal }) => runUntil(app, goal),
  speed: (app, { speed }) => setSpeed(app, speed),
  faster: (app) => setSpeed(app, nextSpeed(app.model.playback.speed, 1)),
  slower: (app) => setSpeed(app, nextSpeed(app.model.playback.speed, -1)),
  "skip-idle": (app, { on }) => app.view({ skipIdle: on }),
  "go-on": play,
  // The run
  command: (app, { text }) => command(app, text),
  undo: (app) => undo(app, "undo"),
  redo: (app) => undo(app, "redo"),
  "with-all-rules": withAllRules,
  "switch-to": (app, { branch }) => switchTo(app, branch),
  open: (app, { setup }) => open(app, setup),
  "open-run": (app, { text }) => app.openRun(text),
  reset: (app) => app.open(app.model.setup ?? {}),
  "new-seed": (app) => app.open({ ...app.model.setup, seed: freshSeed() }),
  "start-again": (app) => app.openRun(app.model.runText),
  "run-before": (app) => app.openRunBefore(),
  // What becomes of it can be seen in the model.
  "load-engine": (app) => void app.load().catch(() => undefined),
  hunt: (app, { quest }) => app.hunter.begin(quest),
  "hunt-on": (app) => app.hunter.goOn(),
  "hunt-stop": (app) => app.hunter.stop(),
  "hunt-close": (app) => app.hunter.close(),
  "open-story": (app) => app.hunter.openStory(),
  measure: (app) => app.surveyor.begin(),
  "measure-stop": (app) => app.surveyor.stop(),
  "measure-form": (app, { change }) => app.surveyor.fill(change),
  "measure-show": (app, { measure }) => app.surveyor.turnTo(measure),
  "measure-pick": (app, { picked }) => app.surveyor.pick(picked),
  "measure-keep": (app, { on }) => app.surveyor.keep(on),
  "open-trial": (app, { curve, trial }) => app.surveyor.openTrial(curve, trial),
  guide: (app, { guide }) => follow(app, guide),
  // The view
  select,
  "next-server": nextServer,
  "next-entry": nextEntry,
  escape: leave,
  tool: (app, { tool }) => app.view({ tool, fenceDraft: null, cutDraft: null }),
  tab: (app, { tab }) => showTab(app, tab),
  sheet: (app, { sheet }) => showSheet(app, sheet),
  topic: (app, { topic }) => showTopic(app, topic),
  earlier: showEarlier,
  dialog: (app, { dialog }) => showDialog(app, dialog),
  find,
  theme: (app, { theme }) => app.view({ theme }),
  "scroll-logs": (app, { first }) => scrollLogs(app, first),
  describe: (app) => describe(app),
  notice: (app, { text, lasting }) => app.notice(text, lasting),
  dismiss: (app, { notice }) => app.dismiss(notice),
};

export function perform<K extends Kind>(app: App, intent: Of<K>): void {
  DOES[intent.kind as K](app, intent);
}

export function play(app: App): void {
  app.view({ poster: false });
  // Play goes past a violation: the reader has seen it, for the run has stopped there.
  if (app.model.frame?.stopped) app.session.ask((lab) => lab.goOn());
  app.setPlaying(true);
}

function step(app: App, forward: boolean): void {
  app.view({ poster: false });
  app.setPlaying(false);
  const moved = app.session.ask((lab) => (forward ? lab.step() : lab.stepBack()));
  app.moved();
  app.host.emit("seeked");
  const end = forward ? "Nothing more happens." : "This is the start of the run.";
  if (app.model.frame?.stopped) app.stopped();
  else app.answer(() => (moved ? (app.model.story?.headline ?? "The run has not begun.") : end));
}

function jump(app: App, timeUs: number): void {
  app.view({ poster: false });
  app.seek(timeUs);
}

function toEvent(app: App, event: number): void {
  app.view({ poster: false });
  app.setPlaying(false);
  app.begin(
    "Simulating",
    (lab) => lab.seekEvent(event, 400),
    () => {
      app.host.emit("seeked");
      app.answer(() => app.model.story?.headline ?? "");
    },
  );
}

const NONE: Record<string, string> = {
  leader: "No server becomes a new leader within a minute of simulated time.",
  commit: "Nothing more is committed within a minute of simulated time.",
  violation: "No property is violated within a minute of simulated time.",
  "next-mark": "There is no later mark.",
  "previous-mark": "There is no earlier mark.",
  interesting: "Nothing of note happens within a minute of simulated time.",
};

function runUntil(app: App, goal: keyof typeof NONE & Parameters<App["runUntil"]>[0]): void {
  app.view({ poster: false });
  app.setPlaying(false);
  app.runUntil(goal, (met) => {
    app.host.emit("seeked");
    if (app.model.frame?.stopped) app.stopped();
    else if (met) app.answer(() => app.model.story?.headline ?? "");
    else app.notice(NONE[goal] ?? "");
  });
}

function setSpeed(app: App, speed: number): void {
  app.model.playback = { ...app.model.playback, speed };
  app.host.emit("ratechange");
}

const NEW_BRANCH = "This begins a new branch; the old future is kept under Branch.";

export function command(app: App, text: string): void {
  app.view({ poster: false });
  const before = app.model.branches.length;
  app.forgetAhead();
  app.session.ask((lab) => lab.apply(text));
  app.edited();
  app.answer(() => {
    const told = app.model.feed.find((line) => line.byReader)?.sentence ?? `Done: ${text}.`;
    const forked = app.model.branches.length > before;
    if (!forked) return told;
    // The future vanishes from the tape: that must be seen too.
    app.notice(NEW_BRANCH, false, { place: "tape" });
    return `${told} ${NEW_BRANCH}`;
  });
}

/** What is said of the new run is not said in a dialog that goes; but what is refused can be mended where it was written. */
function open(app: App, setup: Setup): void {
  const { dialog } = app.model.view;
  app.view({ dialog: null });
  try {
    app.open(setup);
  } catch (error) {
    app.view({ dialog });
    throw error;
  }
}

function undo(app: App, kind: "undo" | "redo"): void {
  app.forgetAhead();
  const done = app.session.ask((lab) => (kind === "undo" ? lab.undo() : lab.redo()));
  if (done) app.edited();
  const told = kind === "undo" ? "Your last action is undone." : "Your action is done again.";
  app.host.say(done ? told : `There is nothing to ${kind}.`, true);
}

function switchTo(app: App, branch: number): void {
  app.setPlaying(false);
  app.forgetAhead();
  app.session.ask((lab) => lab.switchTo(branch));
  app.claimEdge();
  app.edited();
  app.answer(() => `You are on the branch “${app.model.branches.find((b) => b.current)?.label ?? ""}”.`);
}

/** What is told is said by the panels once they show it. */
function withAllRules(app: App): void {
  app.view({ dialog: null, poster: false });
  app.forgetAhead();
  app.session.ask((lab) => lab.restartWithAllRules());
  app.claimEdge();
  app.edited();
  play(app);
  app.answer(() => "The same commands from the start, with all rules on. The run as it was is kept under Branch.");
}

function showTab(app: App, tab: Tab): void {
  app.view({ tab });
  app.reselect();
}

/** The same sheet again closes it. */
function showSheet(app: App, sheet: Sheet): void {
  app.view({ sheet: sheet === app.model.view.sheet ? null : sheet, menu: false });
  if (sheet === "feed" || sheet === "inspector" || sheet === "faults") app.view({ tab: sheet });
  app.reselect();
}

function showDialog(app: App, dialog: DialogName | null): void {
  // A shared run opens at the moment that is being looked at.
  if (dialog === "share" || dialog === "embed") app.keepRun();
  if (dialog === "measure") app.surveyor.open();
  app.view({ dialog, menu: false, find: "" });
}

function find(app: App, { text }: Of<"find">): void {
  app.view({ find: text });
  if (text.trim() !== "") app.host.say(tellFound(findScenarios(app.model.scenarios, text).length, text), true);
}

function showTopic(app: App, topic: Topic): void {
  app.view({ topics: toggleTopic(app.model.view.topics, topic) });
  app.look(true);
  app.settle();
}

/** More lines of the feed. */
function showEarlier(app: App): void {
  app.view({ feedLines: app.model.view.feedLines + FEED_MORE });
  app.look(true);
  app.settle();
}

function scrollLogs(app: App, first: number | null): void {
  app.view({ logsFirst: first });
  app.look(true);
}

function describe(app: App): void {
  const text = app.session.read((run) => run.describe());
  app.host.say(text, true);
}

function select(app: App, intent: Of<"select">): void {
  const target = intent.target;
  const thing = target?.kind === "server" || target?.kind === "message";
  app.view({ selected: target, menu: thing && intent.menu === true, poster: app.model.view.poster && target === null });
  if (target !== null) app.view({ tab: "inspector" });
  // A message is gone before one can read it: time stands still while it is picked up.
  if (target?.kind === "message") app.setPlaying(false);
  app.reselect();
}

function nextServer(app: App): void {
  const ids = app.model.frame?.servers.map((s) => s.id) ?? [];
  const at = ids.indexOf(serverAtHand(app.model.view));
  const id = ids[(at + 1) % ids.length];
  if (id === undefined) return;
  const { tab } = app.model.view;
  app.view({ focused: { kind: "server", id } });
  select(app, { kind: "select", target: { kind: "server", id } });
  // Whoever fills in a form there goes on with it.
  if (tab === "faults") showTab(app, tab);
}

function nextEntry(app: App, { step }: Of<"next-entry">): void {
  const place = entryAfter(app.model, step);
  if (place === null) {
    app.host.say("No log has an entry yet.", true);
    return;
  }
  const { first, last, page } = app.model.logs;
  if (place.index < first) scrollLogs(app, place.index);
  if (place.index > last) scrollLogs(app, Math.max(1, place.index - page + 1));
  select(app, { kind: "select", target: { kind: "entry", ...place } });
  app.answer(() => entryLabel(app.model, place));
}

/** Closes the nearest open thing, one at a time. */
function leave(app: App): void {
  const { view } = app.model;
  if (view.fenceDraft || view.cutDraft) app.view({ fenceDraft: null, cutDraft: null });
  else if (view.poster) app.view({ poster: false });
  else if (view.menu) app.view({ menu: false });
  else if (view.sheet) app.view({ sheet: null });
  else if (view.tool !== "select") app.view({ tool: "select" });
  else select(app, { kind: "select", target: null });
}

/** Short, so that it can be read aloud in a lecture hall. */
function freshSeed(): string {
  const [n = 1] = crypto.getRandomValues(new Uint32Array(1));
  return String((n % 999_999) + 1);
}

/** The first view without an engine: it says what the engine says, and nothing that is wanted meanwhile is lost. */
import { expect, test } from "@playwright/test";
import { engineOfBuild, firstViews } from "../../scripts/first-views.mjs";
import { App } from "../../web/src/app/app.ts";
import type { AppEvent } from "../../web/src/app/host.ts";
import type { Intent } from "../../web/src/app/intents.ts";
import { storedRun } from "../../web/src/engine/first-views.ts";
import type { Engine, Reading, Setup } from "../../web/src/engine/types.ts";
import { noBench } from "./no-bench.ts";

/** Answers as a page would keep them: through JSON, as the bundle does. */
const kept = async (): Promise<{ engine: Engine; views: ReturnType<typeof firstViews> }> => {
  const engine = await engineOfBuild();
  return { engine, views: JSON.parse(JSON.stringify(firstViews(engine))) };
};

/** Everything that can be read of a run, each answer by its name. */
function allOf(run: Reading): Record<string, unknown> {
  const { servers } = run.settings();
  const windows = [
    [1, 12],
    [1, 4],
    [3, 8],
    [5, 40],
  ] as const;
  return {
    frame: [...run.frame()],
    times: [run.timeUs(), run.edgeUs()],
    history: [run.canUndo(), run.canRedo(), run.branches()],
    settings: run.settings(),
    servers: Array.from({ length: servers }, (_, i) => run.server(i + 1)),
    message: run.message(1),
    logs: windows.map(([first, last]) => run.logs(first, last)),
    feeds: [[], ["election"], ["fault", "violation"]].map((topics) => run.feed(60, topics)),
    told: [run.story(), run.tape(), run.violations(), run.describe()],
    link: run.link(),
  };
}

test("each stored run says what the engine says at its start", async () => {
  const { engine, views } = await kept();
  expect(views.scenarios).toEqual(engine.scenarios());
  for (const { name } of views.scenarios) {
    const stored = storedRun(views, { scenario: name });
    if (stored === null) throw new Error(`${name} is not stored`);
    const lab = engine.open({ scenario: name });
    expect(allOf(stored), name).toEqual(allOf(lab));
    lab.free();
  }
});

test("what differs from the defaults is not stored", async () => {
  const { views } = await kept();
  const { servers, seed, scenario } = storedRun(views, {})?.settings() ?? {};
  expect([scenario, servers]).toEqual(["first-election", 5]);
  const [same, others]: Setup[][] = [
    [{}, { scenario }, { servers, seed }],
    [{ servers: 3 }, { seed: "77" }, { scenario: "nowhere" }, { scenario: "toString" }, { source: "servers 5" }],
  ];
  for (const setup of same ?? []) expect(storedRun(views, setup), JSON.stringify(setup)).not.toBeNull();
  for (const setup of others ?? []) expect(storedRun(views, setup), JSON.stringify(setup)).toBeNull();
});

/** An app whose engine comes, or fails to come, when the test says so. */
async function waiting(known = true) {
  const { engine, views } = await kept();
  const asked: { come(): void; fail(why: string): void }[] = [];
  const events: AppEvent[] = [];
  const load = (): Promise<Engine> =>
    new Promise((come, fail) => asked.push({ come: () => come(engine), fail: (why) => fail(new Error(why)) }));
  const host = {
    changed: () => undefined,
    say: () => false,
    emit: (event: AppEvent) => void events.push(event),
    now: () => 0,
  };
  const app = new App({ views: known ? views : null, load, hunt: () => () => undefined, bench: noBench }, host);
  return { app, asked, events };
}

const FIRST: Setup = { scenario: "first-election" };
const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

test("the first view needs no engine, nor does looking around in it", async () => {
  const { app, asked, events } = await waiting();
  app.send({ kind: "open", setup: FIRST });
  app.send({ kind: "select", target: { kind: "server", id: 2 }, menu: true });
  app.send({ kind: "tab", tab: "inspector" });
  app.send({ kind: "dialog", dialog: "share" });
  app.columns = { good: 30, most: 60 };
  app.send({ kind: "scroll-logs", first: null });
  expect(app.model).toMatchObject({ status: "ready", engine: "absent", waiting: 0, server: { id: 2 }, notices: [] });
  expect(app.model.frame?.servers).toHaveLength(5);
  expect(app.model.logs).toMatchObject({ first: 1, last: 30 });
  expect(app.model.runText).not.toBe("");
  expect(events).toEqual(["change", "load"]);
  expect(asked).toHaveLength(0);
});

const VIEWS: Intent[] = [
  { kind: "speed", speed: 0.5 },
  { kind: "faster" },
  { kind: "slower" },
  { kind: "skip-idle", on: true },
  { kind: "next-server" },
  { kind: "select", target: { kind: "server", id: 5 }, menu: true },
  { kind: "select", target: { kind: "entry", server: 1, index: 1 } },
  { kind: "select", target: { kind: "link", from: 1, to: 2 } },
  { kind: "select", target: null },
  { kind: "tool", tool: "fence" },
  { kind: "escape" },
  { kind: "tab", tab: "faults" },
  { kind: "sheet", sheet: "inspector" },
  { kind: "topic", topic: "message" },
  { kind: "dialog", dialog: "embed" },
  { kind: "theme", theme: "dark" },
  { kind: "scroll-logs", first: 4 },
];

for (const opened of [true, false]) {
  test(`looking around asks nothing of the engine, with ${opened ? "a run" : "no run"} to look at`, async () => {
    const { app, asked } = await waiting(opened);
    if (opened) app.send({ kind: "open", setup: { scenario: "figure-7" } });
    for (const intent of VIEWS) {
      app.send(intent);
      expect(app.model.notices, intent.kind).toEqual([]);
    }
    expect(asked).toHaveLength(0);
    expect(app.model.waiting).toBe(0);
  });
}

test("the engine takes over without a change to the picture, and tells nothing", async () => {
  const { app, asked, events } = await waiting();
  app.send({ kind: "open", setup: FIRST });
  const before = structuredClone(app.model);
  void app.load();
  asked[0]?.come();
  await turn();
  expect(app.model).toEqual({ ...before, engine: "here" });
  expect(events).toEqual(["change", "load"]);
});

test("what is wanted before the engine is there is done when it comes, in order", async () => {
  const { app, asked, events } = await waiting();
  app.send({ kind: "open", setup: FIRST });
  app.send({ kind: "seek", timeUs: 400_000 });
  app.send({ kind: "play" });
  app.send({ kind: "pause" });
  app.send({ kind: "command", text: "crash S2" });
  expect(app.model).toMatchObject({ engine: "coming", waiting: 4, playback: { timeUs: 0, playing: false } });
  expect(asked, "one fetch for all").toHaveLength(1);
  asked[0]?.come();
  await turn();
  expect(app.model).toMatchObject({ engine: "here", waiting: 0, playback: { timeUs: 400_000 }, edited: true });
  expect(app.model.frame?.servers[1]?.up).toBe(false);
  expect(events).toEqual(["change", "load", "seeked", "play", "pause", "change"]);
});

test("a run that is opened waits its turn behind what was wanted before", async () => {
  const { app, asked } = await waiting();
  app.send({ kind: "open", setup: FIRST });
  app.send({ kind: "seek", timeUs: 100_000 });
  app.send({ kind: "open", setup: { scenario: "split-vote" } });
  expect(app.model.settings?.scenario).toBe("first-election");
  asked[0]?.come();
  await turn();
  expect(app.model).toMatchObject({ settings: { scenario: "split-vote" }, playback: { timeUs: 0 } });
});

test("a failed load loses nothing and can be tried again", async () => {
  const { app, asked, events } = await waiting();
  app.send({ kind: "open", setup: FIRST });
  app.send({ kind: "seek", timeUs: 5000 });
  asked[0]?.fail("there is no network");
  await turn();
  expect(app.model).toMatchObject({ engine: "failed", trouble: "there is no network", waiting: 1, status: "ready" });
  expect(events).toContain("raft-error");
  app.send({ kind: "load-engine" });
  expect(app.model.engine).toBe("coming");
  asked[1]?.come();
  await turn();
  expect(app.model).toMatchObject({ engine: "here", waiting: 0, playback: { timeUs: 5000 } });
});

test("an unknown run waits for the engine; if that refuses it, the default is shown and the reason said", async () => {
  const { app, asked } = await waiting();
  app.send({ kind: "open", setup: { scenario: "nowhere" } });
  app.send({ kind: "tab", tab: "inspector" });
  expect(app.model).toMatchObject({ status: "none", waiting: 1, notices: [] });
  asked[0]?.come();
  await turn();
  expect(app.model).toMatchObject({ status: "ready", settings: { scenario: "first-election" } });
  expect(app.model.notices).toHaveLength(1);
});

test("an engine that comes after the element has gone is not touched", async () => {
  const { app, asked, events } = await waiting(false);
  app.send({ kind: "open", setup: FIRST });
  app.close();
  asked[0]?.come();
  await turn();
  expect(app.model.status).toBe("none");
  expect(events).toEqual([]);
});

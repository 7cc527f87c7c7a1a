/** The picture comes first, the panels after: when they are read, and that they never stay behind. */
import { expect, test } from "@playwright/test";
import { App } from "../../web/src/app/app.ts";
import { Panels } from "../../web/src/app/panels.ts";
import { HEADER } from "../../web/src/engine/frame.ts";
import type { Engine, FeedLine, Lab } from "../../web/src/engine/types.ts";
import { noBench } from "./no-bench.ts";

test("panels follow in the frame after the picture", () => {
  const panels = new Panels();
  expect(panels.due(0, false), "nothing has happened").toBe(false);
  panels.outdated(1000);
  expect(panels.due(1000, false), "the picture is not drawn yet").toBe(false);
  panels.pictured();
  expect(panels.due(1001, false)).toBe(true);
  panels.settled();
  expect(panels.stale).toBe(false);
});

test("while one picture chases the next, panels follow a few times a second", () => {
  const panels = new Panels();
  let reads = 0;
  for (let ms = 0; ms <= 1000; ms += 16) {
    if (panels.due(ms, true)) {
      panels.settled();
      reads++;
    }
    panels.outdated(ms);
    panels.pictured();
  }
  expect(reads).toBeGreaterThanOrEqual(8);
  expect(reads).toBeLessThanOrEqual(10);
});

test("a drag is as coalesced as playing: a new picture before each frame puts the panels off, but not for long", () => {
  const panels = new Panels();
  const read: number[] = [];
  for (let ms = 0; ms <= 320; ms += 16) {
    panels.outdated(ms);
    if (panels.due(ms, false)) {
      panels.settled();
      read.push(ms);
    }
    panels.pictured();
  }
  expect(read).toEqual([112, 240]);
});

/** A run in which nothing happens but events, and who asked what of it. */
async function counting(): Promise<{ app: App; asked: string[]; said: string[] }> {
  const asked: string[] = [];
  const said: string[] = [];
  let event = 0;
  const line = (): FeedLine => ({
    event,
    timeUs: event,
    server: 0,
    topic: "fault",
    sentence: `Event ${event}.`,
    section: "",
    byReader: true,
    ruleOff: "",
  });
  const lab = {
    frame: () => {
      const flat = new Float64Array(HEADER);
      flat[4] = event;
      return flat;
    },
    link: () => "",
    timeUs: () => event,
    edgeUs: () => event,
    seek: () => true,
    step: () => ++event > 0,
    apply: () => {
      event += 2;
    },
    logs: () => [],
    feed: () => {
      asked.push(`feed at ${event}`);
      return [line()];
    },
    branches: () => [],
    tape: () => ({ edgeUs: event, terms: [], marks: [] }),
    story: () => null,
    settings: () => ({ rules: [], options: [], mistakes: [] }),
    forgetAfter: () => undefined,
    canUndo: () => event > 1,
    canRedo: () => false,
    free: () => undefined,
  } as unknown as Lab;
  const never = (): never => {
    throw new Error("not asked for");
  };
  const engine: Engine = {
    open: () => lab,
    openRun: never,
    scenarios: () => [],
    hunt: never,
    experiments: never,
    experiment: never,
  };
  const host = {
    changed: () => undefined,
    say: (text: string) => said.push(text) > 0,
    emit: () => undefined,
    now: () => 0,
  };
  const app = new App({ views: null, load: async () => engine, hunt: () => () => undefined, bench: noBench }, host);
  await app.load();
  app.send({ kind: "open", setup: {} });
  return { app, asked, said };
}

test("a click asks the engine for the picture only; several before the next frame are told together", async () => {
  const { app, asked } = await counting();
  expect(asked, "what is opened is told at once").toEqual(["feed at 0"]);
  expect(app.unsettled).toBe(false);
  for (let i = 0; i < 3; i++) app.send({ kind: "step" });
  expect(app.model.frame?.event).toBe(3);
  expect(asked).toHaveLength(1);
  app.settleInTime();
  expect(asked, "not before the picture").toHaveLength(1);
  app.pictured();
  app.settleInTime();
  expect(asked).toEqual(["feed at 0", "feed at 3"]);
  expect(app.model.feed[0]?.event, "the panels say what the picture shows").toBe(3);
  expect(app.unsettled).toBe(false);
});

test("an answer is spoken when there is something to speak of", async () => {
  const { app, said } = await counting();
  app.send({ kind: "command", text: "crash S1" });
  expect(app.model.canUndo).toBe(false);
  expect(said).toEqual([]);
  app.settle();
  expect(app.model.canUndo, "and what can be undone").toBe(true);
  expect(said).toEqual(["Event 2."]);
});

test("what changes nothing of the view leaves it the same value, so that no panel is made anew", async () => {
  const { app } = await counting();
  app.view({ poster: false });
  const { view } = app.model;
  app.view({ poster: false });
  expect(app.model.view).toBe(view);
});

/** Refusals and traps: the first are sentences, the second the end of a run that must not be lost. */
import { expect, test } from "@playwright/test";
import { App } from "../../web/src/app/app.ts";
import { HEADER } from "../../web/src/engine/frame.ts";
import { Refusal, Session, Trap } from "../../web/src/engine/session.ts";
import type { Engine, Lab } from "../../web/src/engine/types.ts";
import { noBench } from "./no-bench.ts";

/** A lab that has just enough to be opened; `more` replaces what a test is about. */
function stub(more: Partial<Lab> = {}): Lab {
  const lab = {
    frame: () => new Float64Array(HEADER),
    link: () => "the run",
    timeUs: () => 0,
    edgeUs: () => 0,
    seek: () => true,
    logs: () => [],
    feed: () => [],
    branches: () => [],
    tape: () => ({ edgeUs: 0, terms: [], marks: [] }),
    story: () => null,
    settings: () => ({ rules: [], options: [], mistakes: [] }),
    forgetAfter: () => undefined,
    canUndo: () => false,
    canRedo: () => false,
    free: () => undefined,
    ...more,
  };
  return lab as unknown as Lab;
}

const refuse = (): never => {
  throw new Error("there is no server S9");
};
const trap = (): never => {
  throw new WebAssembly.RuntimeError("unreachable");
};

test("a refusal is a sentence, and the run goes on", () => {
  const session = new Session(stub({ apply: refuse }));
  expect(() => session.ask((lab) => lab.apply("crash S9"))).toThrow(Refusal);
  expect(session.dead).toBe(false);
  expect(session.ask((lab) => lab.timeUs())).toBe(0);
});

test("a trap ends the session, which still has the run", () => {
  let freed = 0;
  const session = new Session(stub({ step: trap, free: () => void freed++ }));
  expect(() => session.ask((lab) => lab.step())).toThrow(Trap);
  expect(session.dead).toBe(true);
  expect(session.runText).toBe("the run");
  expect(() => session.ask((lab) => lab.timeUs())).toThrow(Trap);
  session.close();
  expect(freed, "a locked object is never freed").toBe(0);
});

test("closing frees the lab, once", () => {
  let freed = 0;
  const session = new Session(stub({ free: () => void freed++ }));
  session.close();
  session.close();
  expect(freed).toBe(1);
});

async function appOver(
  open: Engine["open"],
  play = () => true,
): Promise<{ app: App; said: string[]; events: string[] }> {
  const said: string[] = [];
  const events: string[] = [];
  const opening = { play, lab: () => open({}), free: () => undefined };
  const never = (): never => {
    throw new Error("nobody hunts or measures here");
  };
  const others = { hunt: never, experiments: never, experiment: never };
  const engine: Engine = { open, openRun: () => opening, scenarios: () => [], ...others };
  const host = {
    changed: () => undefined,
    say: (text: string) => said.push(text) > 0,
    emit: (event: string) => void events.push(event),
    now: () => 0,
  };
  const app = new App({ views: null, load: async () => engine, hunt: () => () => undefined, bench: noBench }, host);
  await app.load();
  return { app, said, events };
}

test("a trap while playing stops the laboratory, says so, and it can be started again", async () => {
  let labs = 0;
  const { app, said, events } = await appOver(() => stub(labs++ === 0 ? { seek: trap } : {}));
  app.send({ kind: "open", setup: {} });
  app.send({ kind: "play" });
  app.tick(16);
  expect(app.model).toMatchObject({ status: "trap", trouble: "unreachable", runText: "the run" });
  expect(app.awake).toBe(false);
  expect(said.at(-1)).toContain("stopped");
  expect(events).toContain("raft-error");
  app.send({ kind: "start-again" });
  expect(app.model.status).toBe("ready");
});

test("a run that becomes too heavy is stopped with a sentence, and the page goes on", async () => {
  const { app } = await appOver(() => stub({ seek: refuse }));
  app.send({ kind: "open", setup: {} });
  app.send({ kind: "play" });
  app.tick(16);
  expect(app.model).toMatchObject({ status: "ready", busy: "", playback: { playing: false } });
  expect(app.awake).toBe(false);
  expect(app.model.notices.map((n) => n.text)).toEqual(["there is no server S9"]);
  app.send({ kind: "seek", timeUs: 1e9 });
  expect(app.awake, "nor is a seek tried in every frame").toBe(false);
});

test("a long run from elsewhere is opened over many frames, and the page says so", async () => {
  let slices = 0;
  const { app } = await appOver(
    () => stub(),
    () => ++slices > 300,
  );
  // A clock that gives each slice a millisecond.
  app.host.now = () => slices;
  app.send({ kind: "open-run", text: "a link" });
  expect(app.model).toMatchObject({ status: "ready", busy: "Opening the run", edited: false });
  while (app.awake) app.tick(16);
  expect(slices).toBe(301);
  expect(app.model).toMatchObject({ status: "ready", busy: "", edited: true });
});

test("what was looked ahead is forgotten before the reader acts", async () => {
  const asked: string[] = [];
  const { app } = await appOver(() =>
    stub({ apply: () => void asked.push("apply"), forgetAfter: () => void asked.push("forget") }),
  );
  app.send({ kind: "open", setup: {} });
  app.send({ kind: "command", text: "crash S1" });
  expect(asked).toEqual(["forget", "apply"]);
});

test("a run that is refused leaves the one before it open", async () => {
  let labs = 0;
  const { app } = await appOver(() => (labs++ === 0 ? stub() : refuse()));
  app.send({ kind: "open", setup: { seed: "1" } });
  app.send({ kind: "open", setup: { scenario: "nowhere" } });
  expect(app.model.status).toBe("ready");
  expect(app.model.setup).toEqual({ seed: "1" });
  expect(app.model.notices.at(-1)?.text).toBe("there is no server S9");
});

test("what a refused command says is shown as a notice, and only the last four stay", async () => {
  const { app } = await appOver(() => stub({ apply: refuse }));
  app.send({ kind: "open", setup: {} });
  for (const text of ["one", "two", "three", "four"]) app.send({ kind: "notice", text, lasting: true });
  app.send({ kind: "command", text: "crash S9" });
  expect(app.model.notices.map((n) => n.text)).toEqual(["two", "three", "four", "there is no server S9"]);
});

test("what answers the reader goes with what they do next, what is wrong with the address stays", async () => {
  const { app } = await appOver(() => stub({ apply: refuse }));
  app.send({ kind: "open", setup: {} });
  app.send({ kind: "notice", text: "the address", lasting: true });
  app.send({ kind: "command", text: "crash S9" });
  expect(app.model.notices).toHaveLength(2);
  app.send({ kind: "play" });
  expect(app.model.notices.map((n) => n.text)).toEqual(["the address"]);
});

test("what is wrong with the run that the address asks for is not taken back by the engine's coming", async () => {
  const { app } = await appOver(() => stub({ apply: refuse }));
  app.send({ kind: "open", setup: {} });
  app.send({ kind: "command", text: "crash S9" });
  app.send({ kind: "load-engine" });
  expect(app.model.notices).toHaveLength(1);
});

/** Entry of the workers: each hunts over the ranges of seeds, or plays the trials, that the page deals to it. */
import { engineOf } from "./engine/engine.ts";
import { huntFor, isDone, type Order } from "./engine/hands.ts";
import type { Report } from "./engine/party.ts";
import { Desk } from "./engine/players.ts";
import { sentence } from "./engine/session.ts";
import type { Stint } from "./engine/survey.ts";
import type { Engine, Quarry } from "./engine/types.ts";

/** Between two reports. */
const REPORT_MS = 100;

let desk: Desk | null = null;

self.onmessage = async ({ data }: MessageEvent<Order>) => {
  try {
    const engine = await engineOf(data.module);
    if ("quarry" in data) hunt(engine, data.quarry);
    else play(engine, data.stint);
  } catch (error) {
    self.postMessage({ trouble: sentence(error) });
  }
};

function hunt(engine: Engine, quarry: Quarry): void {
  const hunt = engine.hunt(quarry);
  let report: Report;
  do {
    report = huntFor(hunt, REPORT_MS);
    self.postMessage(report);
  } while (!isDone(report));
}

function play(engine: Engine, stint: Stint): void {
  desk ??= new Desk(engine);
  self.postMessage(desk.play(stint));
}

// An error that nobody catches here is one of the worker, and tells the page that it has to do the work itself.
self.onmessageerror = () => {
  throw new Error("The engine does not come through to the worker.");
};

/** Entry of the workers: each hunts over the ranges of seeds that the page deals to it. */
import { engineOf } from "./engine/engine.ts";
import { huntFor, isDone, type Order } from "./engine/hands.ts";
import type { Report } from "./engine/party.ts";
import { sentence } from "./engine/session.ts";

/** Between two reports. */
const REPORT_MS = 100;

self.onmessage = async ({ data: { module, quarry } }: MessageEvent<Order>) => {
  const tell = (report: Report): void => self.postMessage(report);
  try {
    const hunt = (await engineOf(module)).hunt(quarry);
    let report: Report;
    do {
      report = huntFor(hunt, REPORT_MS);
      tell(report);
    } while (!isDone(report));
  } catch (error) {
    tell({ trouble: sentence(error) });
  }
};

// An error that nobody catches here is one of the worker, and tells the page that it has to hunt itself.
self.onmessageerror = () => {
  throw new Error("The engine does not come through to the worker.");
};

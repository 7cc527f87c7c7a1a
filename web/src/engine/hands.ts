/** Who hunts: a worker, and where workers are forbidden the page itself, in slices that leave it its frames. */
import type { Hand, Report } from "./party.ts";
import { sentence } from "./session.ts";
import type { Stint } from "./survey.ts";
import type { Engine, Hunt, Quarry } from "./types.ts";

/** What the page sends to a worker: a range to hunt over, or trials to play. The module is compiled once, in the page. */
export type Order = { module: WebAssembly.Module } & ({ quarry: Quarry } | { stint: Stint });

/** The worker's script: a file beside the page, or its text. */
export type WorkerSource = URL | string;

/** Events between looks at the clock: a small part of a slice. */
const SLICE_EVENTS = 500;
/** Of a page that hunts itself: the share of a frame, and the rest of it. */
const SLICE_MS = 6;
const REST_MS = 10;

/** Goes on for so long. A hunt that is done is freed. */
export function huntFor(hunt: Hunt, forMs: number): Report {
  const end = performance.now() + forMs;
  let progress = hunt.advance(SLICE_EVENTS);
  while (!progress.done && performance.now() < end) progress = hunt.advance(SLICE_EVENTS);
  if (!progress.done) return { progress, result: null };
  const result = hunt.result();
  hunt.free();
  return { progress, result };
}

export function isDone(report: Report): boolean {
  return "trouble" in report || report.progress.done;
}

/** Throws if the page may have no workers. */
export function hireWorker(source: WorkerSource): { worker: Worker; dismiss: () => void } {
  const url =
    source instanceof URL ? source.href : URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url);
  const dismiss = (): void => {
    worker.terminate();
    if (!(source instanceof URL)) URL.revokeObjectURL(url);
  };
  return { worker, dismiss };
}

/** Throws if the page may have no workers. */
export function workerHand(source: WorkerSource, module: WebAssembly.Module): Hand {
  const { worker, dismiss } = hireWorker(source);
  return {
    hunt(quarry, tells, fails) {
      worker.onmessage = ({ data }: MessageEvent<Report>) => tells(data);
      worker.onmessageerror = fails;
      worker.onerror = (event) => {
        // The page hunts itself then: nothing that anybody has to be told of.
        event.preventDefault();
        fails();
      };
      worker.postMessage({ module, quarry } satisfies Order);
    },
    close: dismiss,
  };
}

export function pageHand(engine: Engine): Hand {
  let timer = 0;
  let hunt: Hunt | null = null;
  const slice = (quarry: Quarry): Report => {
    try {
      hunt ??= engine.hunt(quarry);
      const report = huntFor(hunt, SLICE_MS);
      if (isDone(report)) hunt = null;
      return report;
    } catch (error) {
      // A trap has locked it for good.
      hunt = null;
      return { trouble: sentence(error) };
    }
  };
  return {
    hunt(quarry, tells) {
      const goOn = (): void => {
        const report = slice(quarry);
        if (!isDone(report)) timer = window.setTimeout(goOn, REST_MS);
        tells(report);
      };
      timer = window.setTimeout(goOn);
    },
    close() {
      clearTimeout(timer);
      hunt?.free();
      hunt = null;
    },
  };
}

/** Who plays trials: a worker, and where workers are forbidden the page itself, so few at a time that it keeps its frames. */
import { hireWorker, type WorkerSource } from "./hands.ts";
import { sentence } from "./session.ts";
import type { Player, Stint, Yield } from "./survey.ts";
import type { Engine, Experiment } from "./types.ts";

/** Long enough that dealing costs nothing, short enough that curves grow before the eye. */
const WORKER_MS = 60;
/** Of a page that plays itself: the share of a frame, and the rest of it. */
const SLICE_MS = 6;
const REST_MS = 10;

/** Keeps the experiment from stint to stint. */
export class Desk {
  #engine: Engine;
  #key = "";
  #experiment: Experiment | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  play({ commission, curve, first, count }: Stint): Yield {
    try {
      const key = JSON.stringify(commission);
      if (this.#experiment === null || key !== this.#key) {
        this.close();
        this.#experiment = this.#engine.experiment(commission);
        this.#key = key;
      }
      const begun = performance.now();
      const values = this.#experiment.play(curve, first, count);
      return { values, ms: performance.now() - begun };
    } catch (error) {
      // A trap has locked it for good.
      this.#experiment = null;
      return { trouble: sentence(error) };
    }
  }

  close(): void {
    this.#experiment?.free();
    this.#experiment = null;
  }
}

/** Throws if the page may have no workers. */
export function workerPlayer(source: WorkerSource, module: WebAssembly.Module): Player {
  const { worker, dismiss } = hireWorker(source);
  return {
    stintMs: WORKER_MS,
    play(stint, tells, fails) {
      worker.onmessage = ({ data }: MessageEvent<Yield>) => tells(data);
      worker.onmessageerror = fails;
      worker.onerror = (event) => {
        // The page plays itself then: nothing that anybody has to be told of.
        event.preventDefault();
        fails();
      };
      worker.postMessage({ module, stint });
    },
    close: dismiss,
  };
}

export function pagePlayer(engine: Engine): Player {
  const desk = new Desk(engine);
  let timer = 0;
  return {
    stintMs: SLICE_MS,
    play(stint, tells) {
      timer = window.setTimeout(() => tells(desk.play(stint)), REST_MS);
    },
    close() {
      clearTimeout(timer);
      desk.close();
    },
  };
}

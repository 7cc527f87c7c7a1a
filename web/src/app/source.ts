/**
 * Where runs come from: the engine, which has to be fetched first, and until then the stored first views.
 *
 * Before the engine is there, what only changes the view is done at once, over the stored first view; what moves or
 * changes the run waits here, and is handed out in order when the engine has come.
 */
import { type FirstViews, storedRun } from "../engine/first-views.ts";
import type { News } from "../engine/party.ts";
import { Refusal, sentence, Trap } from "../engine/session.ts";
import type { Engine, Lab, Opening, Quarry, Reading, Setup } from "../engine/types.ts";
import type { Intent } from "./intents.ts";
import type { Bench } from "./measure.ts";
import type { Model } from "./model.ts";

export interface Supply {
  readonly views: FirstViews | null;
  load(): Promise<Engine>;
  /** Hunts until it is done; returns how to stop it. Asked for only when the engine is there. */
  hunt(quarry: Quarry, tells: (news: News) => void): () => void;
  readonly bench: Bench;
}

/** None of these asks for more than a stored first view can answer, and none depends on what waits. */
const AT_ONCE: ReadonlySet<Intent["kind"]> = new Set<Intent["kind"]>([
  "load-engine",
  "speed",
  "faster",
  "slower",
  "skip-idle",
  "select",
  "next-server",
  "escape",
  "tool",
  "tab",
  "sheet",
  "topic",
  "dialog",
  "find",
  "theme",
  "scroll-logs",
  "measure-form",
  "notice",
  "dismiss",
]);

/** Whoever wants to know what has become of the engine. */
interface Listener {
  /** It has come; these wishes have waited for it. */
  arrived(waited: Intent[]): void;
  missed(): void;
  changed(): void;
}

export class Source {
  #supply: Supply;
  #model: Model;
  #listener: Listener;
  #engine: Engine | null = null;
  #coming: Promise<void> | null = null;
  #waiting: Intent[] = [];
  #closed = false;

  constructor(supply: Supply, model: Model, listener: Listener) {
    this.#supply = supply;
    this.#model = model;
    this.#listener = listener;
    model.scenarios = supply.views?.scenarios ?? [];
  }

  /** Takes an intent that cannot be carried out yet, and sends for the engine; false if there is nothing to wait for. */
  keeps(intent: Intent): boolean {
    if (this.#engine !== null || AT_ONCE.has(intent.kind)) return false;
    // A run that is opened must not overtake what was wanted before.
    if (intent.kind === "open" && this.#waiting.length === 0 && this.#stored(intent.setup) !== null) return false;
    this.#waiting.push(intent);
    this.#model.waiting = this.#waiting.length;
    this.load().catch(() => undefined);
    return true;
  }

  /** Resolves when the engine is there and what waited for it is done. Asked again after a failure, it tries again. */
  load(): Promise<void> {
    this.#coming ??= this.#fetch();
    return this.#coming;
  }

  close(): void {
    this.#closed = true;
  }

  open(setup: Setup): Lab | Reading {
    return there(tried(() => this.#engine?.open(setup) ?? this.#stored(setup)));
  }

  openRun(text: string): Opening {
    return there(tried(() => this.#engine?.openRun(text) ?? null));
  }

  #stored(setup: Setup): Reading | null {
    return this.#supply.views && storedRun(this.#supply.views, setup);
  }

  async #fetch(): Promise<void> {
    const model = this.#model;
    model.engine = "coming";
    this.#listener.changed();
    try {
      const engine = await this.#supply.load();
      // The element may have left the page meanwhile.
      if (this.#closed) return;
      this.#engine = engine;
      model.scenarios = engine.scenarios();
      model.engine = "here";
    } catch (error) {
      this.#coming = null;
      model.engine = "failed";
      model.trouble = sentence(error);
      if (!this.#closed) this.#listener.missed();
      throw error;
    }
    model.waiting = 0;
    this.#listener.arrived(this.#waiting.splice(0));
  }
}

/** What the engine will not open is a refusal, what stops it a trap. */
export function tried<T>(opening: () => T): T {
  try {
    return opening();
  } catch (error) {
    throw error instanceof WebAssembly.RuntimeError ? new Trap(sentence(error)) : new Refusal(sentence(error));
  }
}

function there<T>(run: T | null): T {
  if (run === null) throw new Refusal("The engine is not there yet.");
  return run;
}

/**
 * One open run, guarded: the engine's, or the stored first view of one, which can only be read. A refusal (bad input) and a trap (a defect in the wasm) both arrive as exceptions;
 * only this file tells them apart.
 *
 * After a trap the wasm object is locked for good. The session keeps its own copy of the run's text, so that the
 * reader can take it along or open it again in a new one.
 */
import type { Lab, Reading } from "./types.ts";

/** Something the engine would not do; the message is a sentence for the reader. */
export class Refusal extends Error {}

/** The engine has stopped for good; the message is for a bug report. */
export class Trap extends Error {}

export class Session {
  #run: Lab | Reading | null;
  #runText = "";

  constructor(run: Lab | Reading) {
    this.#run = run;
    this.keepRun();
  }

  get dead(): boolean {
    return this.#run === null;
  }

  /** The run as last copied; survives a trap. */
  get runText(): string {
    return this.#runText;
  }

  /** Copies the run. Called after everything that changes it, so that the copy is never older than the last action. */
  keepRun(): void {
    this.#runText = this.read((run) => run.link());
  }

  /** Every question to the engine goes through here. */
  read<T>(question: (run: Reading) => T): T {
    return this.#guarded(this.#run, question);
  }

  /** Everything that moves or changes the run goes through here. */
  ask<T>(question: (lab: Lab) => T): T {
    const run = this.#run;
    if (run !== null && !isLab(run)) throw new Refusal("The engine is not there yet.");
    return this.#guarded(run, question);
  }

  #guarded<R, T>(run: R | null, question: (run: R) => T): T {
    if (run === null) throw new Trap("The engine has stopped.");
    try {
      return question(run);
    } catch (error) {
      if (!isTrap(error)) throw new Refusal(sentence(error));
      // Freeing a locked object would throw again; the memory goes with the module.
      this.#run = null;
      throw new Trap(sentence(error));
    }
  }

  close(): void {
    const run = this.#run;
    this.#run = null;
    try {
      if (run !== null && isLab(run)) run.free();
    } catch {
      // Only a defect gets here, and nobody is left to tell.
    }
  }
}

/** Not a stored first view. */
function isLab(run: Lab | Reading): run is Lab {
  return "seek" in run;
}

/** A panic, an overflow of the stack, or memory that cannot grow. */
export function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error instanceof Trap;
}

export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

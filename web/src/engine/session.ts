/**
 * One open run, guarded. A refusal (bad input) and a trap (a defect in the wasm) both arrive as exceptions;
 * only this file tells them apart.
 *
 * After a trap the wasm object is locked for good. The session keeps its own copy of the run's text, so that the
 * reader can take it along or open it again in a new one.
 */
import type { Lab } from "./types.ts";

/** Something the engine would not do; the message is a sentence for the reader. */
export class Refusal extends Error {}

/** The engine has stopped for good; the message is for a bug report. */
export class Trap extends Error {}

export class Session {
  #lab: Lab | null;
  #runText = "";

  constructor(lab: Lab) {
    this.#lab = lab;
    this.keepRun();
  }

  get dead(): boolean {
    return this.#lab === null;
  }

  /** The run as last copied; survives a trap. */
  get runText(): string {
    return this.#runText;
  }

  /** Copies the run. Called after everything that changes it, so that the copy is never older than the last action. */
  keepRun(): void {
    this.#runText = this.ask((lab) => lab.link());
  }

  /** Every use of the engine goes through here. */
  ask<T>(question: (lab: Lab) => T): T {
    if (this.#lab === null) throw new Trap("The engine has stopped.");
    try {
      return question(this.#lab);
    } catch (error) {
      if (!isTrap(error)) throw new Refusal(sentence(error));
      // Freeing a locked object would throw again; the memory goes with the module.
      this.#lab = null;
      throw new Trap(sentence(error));
    }
  }

  close(): void {
    const lab = this.#lab;
    this.#lab = null;
    try {
      lab?.free();
    } catch {
      // Only a defect gets here, and nobody is left to tell.
    }
  }
}

/** A panic, an overflow of the stack, or memory that cannot grow. */
export function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error instanceof Trap;
}

export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * A survey: deals the trials of an experiment to its hands, a few at a time, and keeps the values.
 *
 * A trial follows from the experiment and its number alone, so it does not matter who plays it, or when.
 */
import type { Commission, CurveInfo } from "./types.ts";

/** Some trials of one curve. */
export interface Stint {
  commission: Commission;
  curve: number;
  first: number;
  count: number;
}

/** What became of a stint: the values, measure by measure of each trial, and how long it took. */
export type Yield = { values: Float64Array; ms: number } | { trouble: string };

/** Somebody who plays one stint at a time: a worker, or the page itself. */
export interface Player {
  /** How long a stint of this player's should last. */
  readonly stintMs: number;
  /** `fails` is called in place of `tells`, if this player cannot work here at all. */
  play(stint: Stint, tells: (result: Yield) => void, fails: () => void): void;
  close(): void;
}

/** The values of one curve so far, in the order in which they came. */
export interface Column {
  /** Measure by measure of each played trial; what lies beyond `played` trials means nothing. */
  values: Float64Array;
  /** Which trial each was. */
  trials: Uint32Array;
  played: number;
}

interface Turn {
  player: Player;
  stint: Stint;
}

/** At first nobody knows how long a trial takes. */
const STINT_LEAST = 1;
const STINT_MOST = 2_000;

export class Survey {
  readonly columns: readonly Column[];
  #commission: Commission;
  #curves: readonly CurveInfo[];
  #measures: number;
  #places: number;
  #hire: () => Player;
  #lastResort: () => Player;
  #tells: (done: boolean, trouble: string) => void;
  #turns: Turn[] = [];
  #idle: Player[] = [];
  /** Stints that somebody was called back from. */
  #left: Stint[] = [];
  #curve = 0;
  #next = 0;
  /** How long a trial of each curve takes; 0 while nobody knows. */
  #trialMs: number[];
  #over = false;

  constructor(
    commission: Commission,
    curves: readonly CurveInfo[],
    measures: number,
    places: number,
    hire: () => Player,
    lastResort: () => Player,
    tells: (done: boolean, trouble: string) => void,
  ) {
    this.#commission = commission;
    this.#curves = curves;
    this.#measures = measures;
    this.#places = places;
    this.#hire = hire;
    this.#lastResort = lastResort;
    this.#tells = tells;
    this.#trialMs = curves.map(() => 0);
    this.columns = curves.map(({ trials }) => ({
      values: new Float64Array(trials * measures),
      trials: new Uint32Array(trials),
      played: 0,
    }));
    this.#deal();
  }

  /** Calls everybody back, at once. Nothing is told any more; what was played stays. */
  stop(): void {
    this.#over = true;
    for (const { player } of this.#turns.splice(0)) player.close();
    for (const player of this.#idle.splice(0)) player.close();
  }

  get played(): number {
    return this.columns.reduce((sum, column) => sum + column.played, 0);
  }

  #deal(): void {
    while (!this.#over && this.#turns.length < this.#places) {
      const player = this.#player();
      if (player === null) {
        this.#retreat();
        return;
      }
      const stint = this.#take(player.stintMs);
      if (stint === null) {
        this.#idle.push(player);
        return;
      }
      this.#send(player, stint);
    }
  }

  #player(): Player | null {
    try {
      return this.#idle.pop() ?? this.#hire();
    } catch {
      return null;
    }
  }

  #take(forMs: number): Stint | null {
    const left = this.#left.pop();
    if (left !== undefined) return left;
    const curve = this.#curves[this.#curve];
    if (curve === undefined) return null;
    const rest = curve.trials - this.#next;
    if (rest === 0) {
      this.#curve += 1;
      this.#next = 0;
      return this.#take(forMs);
    }
    const trialMs = this.#trialMs[this.#curve] ?? 0;
    const wanted = trialMs === 0 ? STINT_LEAST : Math.floor(forMs / trialMs);
    const count = Math.min(rest, Math.max(STINT_LEAST, Math.min(STINT_MOST, wanted)));
    const stint = { commission: this.#commission, curve: this.#curve, first: this.#next, count };
    this.#next += count;
    return stint;
  }

  #send(player: Player, stint: Stint): void {
    const turn: Turn = { player, stint };
    this.#turns.push(turn);
    // What was under way when somebody was called back is heard no more.
    const there = (): boolean => this.#turns.includes(turn);
    player.play(
      stint,
      (result) => there() && this.#heard(turn, result),
      () => there() && this.#retreat(),
    );
  }

  #heard(turn: Turn, result: Yield): void {
    if ("trouble" in result) {
      this.#finish(result.trouble);
      return;
    }
    const { curve, first, count } = turn.stint;
    const column = this.columns[curve];
    if (column !== undefined) {
      column.values.set(result.values, column.played * this.#measures);
      for (let i = 0; i < count; i += 1) column.trials[column.played + i] = first + i;
      column.played += count;
    }
    // Never 0, which would mean that nobody knows.
    this.#trialMs[curve] = Math.max(result.ms, 0.01) / count;
    this.#turns.splice(this.#turns.indexOf(turn), 1);
    this.#idle.push(turn.player);
    this.#deal();
    if (this.#over) return;
    if (this.#turns.length === 0) this.#finish("");
    else this.#tells(false, "");
  }

  /** Players of this kind cannot work here. */
  #retreat(): void {
    for (const { player, stint } of this.#turns.splice(0)) {
      player.close();
      this.#left.push(stint);
    }
    for (const player of this.#idle.splice(0)) player.close();
    // Whoever is the last resort has no other.
    if (this.#hire === this.#lastResort) {
      this.#finish("Nobody can measure here.");
      return;
    }
    this.#places = 1;
    this.#hire = this.#lastResort;
    this.#deal();
  }

  #finish(trouble: string): void {
    this.stop();
    this.#tells(true, trouble);
  }
}

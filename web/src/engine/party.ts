/**
 * A hunting party: deals ranges of seeds to its hands, so that the lowest seed that does harm wins, however many they
 * are and whoever is quicker.
 *
 * Ranges are dealt from the lowest on. Once a seed is found, only lower ones are still of interest: who is at higher ones
 * is called back. The story counts when nobody is left below it.
 */
import type { HuntProgress, HuntResult, Quarry } from "./types.ts";

/** What a hand has to say of its range. The result is there once the range is done; null if no seed in it does harm. */
export type Report = { progress: HuntProgress; result: HuntResult | null } | { trouble: string };

/** Somebody who hunts over one range at a time: a worker, or the page itself. */
export interface Hand {
  /** `fails` is called in place of `tells`, if this hand cannot work here at all. */
  hunt(quarry: Quarry, tells: (report: Report) => void, fails: () => void): void;
  close(): void;
}

/** How far the whole party is. */
export interface News extends HuntProgress {
  /** Seeds below this one do no harm. */
  next: number;
  result: HuntResult | null;
  /** Why the hunt had to end; "" if it did not. */
  trouble: string;
}

interface Range {
  first: number;
  count: number;
}

interface Beat extends Range {
  hand: Hand;
  progress: HuntProgress | null;
}

/** Seeds in a range: few at first, as most rules need few; later so many that dealing costs nothing. */
const DEALT_LEAST = 4;
const DEALT_MOST = 64;

export class Party {
  #quarry: Quarry;
  #places: number;
  #hire: () => Hand;
  #lastResort: () => Hand;
  #tells: (news: News) => void;
  #idle: Hand[] = [];
  #beats: Beat[] = [];
  /** Ranges that somebody was called back from, lowest first. */
  #left: Range[] = [];
  /** Nothing from here on has been dealt. */
  #fresh: number;
  #story: HuntResult | null = null;
  #seeds = 0;
  #events = 0;
  #over = false;

  /** `places` hands are hired, or one as the last resort if one of them fails. */
  constructor(quarry: Quarry, places: number, hire: () => Hand, lastResort: () => Hand, tells: (news: News) => void) {
    this.#quarry = quarry;
    this.#places = places;
    this.#hire = hire;
    this.#lastResort = lastResort;
    this.#tells = tells;
    this.#fresh = quarry.first;
    this.#deal();
  }

  /** Calls everybody back, at once. Nothing is told any more. */
  stop(): void {
    this.#over = true;
    for (const beat of this.#beats.splice(0)) beat.hand.close();
    for (const hand of this.#idle.splice(0)) hand.close();
  }

  /** The lowest seed that does harm, as far as is known; then how short its story is. */
  get #best(): { found: number; steps: number | null } | null {
    const found = this.#beats.flatMap(({ progress }) =>
      progress === null || progress.found === null ? [] : [{ found: progress.found, steps: progress.steps }],
    );
    if (this.#story !== null) found.push({ found: this.#story.seed, steps: this.#story.steps });
    return found.sort((a, b) => a.found - b.found)[0] ?? null;
  }

  #deal(): void {
    while (!this.#over && this.#beats.length < this.#places) {
      const range = this.#take();
      if (range === null) return;
      const hand = this.#hand();
      if (hand !== null) this.#send(hand, range);
      else {
        this.#putBack(range);
        this.#retreat();
      }
    }
  }

  #hand(): Hand | null {
    try {
      return this.#idle.pop() ?? this.#hire();
    } catch {
      return null;
    }
  }

  #take(): Range | null {
    const { first, count } = this.#quarry;
    const below = this.#best?.found ?? first + count;
    const left = this.#left[0];
    if (left !== undefined) return left.first < below ? (this.#left.shift() ?? null) : null;
    if (this.#fresh >= below) return null;
    const share = Math.min(DEALT_MOST, Math.max(DEALT_LEAST, (this.#fresh - first) >> 3));
    const range = { first: this.#fresh, count: Math.min(share, first + count - this.#fresh) };
    this.#fresh += range.count;
    return range;
  }

  #putBack({ first, count }: Range): void {
    if (count > 0) this.#left.push({ first, count });
    this.#left.sort((a, b) => a.first - b.first);
  }

  #send(hand: Hand, { first, count }: Range): void {
    const beat: Beat = { first, count, hand, progress: null };
    this.#beats.push(beat);
    // What was under way when somebody was called back is heard no more.
    const there = (): boolean => this.#beats.includes(beat);
    hand.hunt(
      { ...this.#quarry, first, count },
      (report) => there() && this.#heard(beat, report),
      () => there() && this.#retreat(),
    );
  }

  #heard(beat: Beat, report: Report): void {
    if ("trouble" in report) {
      this.#finish(report.trouble);
      return;
    }
    const foundBefore = beat.progress?.found ?? null;
    beat.progress = report.progress;
    if (report.progress.done) this.#done(beat, report.result, foundBefore);
    const best = this.#best;
    if (best !== null) for (const other of this.#beats.filter((b) => b.first > best.found)) this.#callBack(other);
    this.#deal();
    if (this.#over) return;
    if (this.#beats.length === 0) this.#finish("");
    else this.#tell(false, "");
  }

  #done(beat: Beat, result: HuntResult | null, foundBefore: number | null): void {
    this.#beats.splice(this.#beats.indexOf(beat), 1);
    this.#idle.push(beat.hand);
    this.#seeds += beat.progress?.seeds ?? 0;
    this.#events += beat.progress?.events ?? 0;
    // Ranges above a found seed are called back, so a later story is always of a lower seed.
    if (result !== null) this.#story = result;
    // A harm of which no story could be made: the range was left at that seed.
    else if (foundBefore !== null)
      this.#putBack({ first: foundBefore + 1, count: beat.first + beat.count - foundBefore - 1 });
  }

  #callBack(beat: Beat): void {
    this.#beats.splice(this.#beats.indexOf(beat), 1);
    beat.hand.close();
    this.#putBack(beat);
  }

  /** Hands of this kind cannot work here. */
  #retreat(): void {
    for (const beat of [...this.#beats]) this.#callBack(beat);
    for (const hand of this.#idle.splice(0)) hand.close();
    // Whoever is the last resort has no other.
    if (this.#hire === this.#lastResort) {
      this.#finish("Nobody can hunt here.");
      return;
    }
    this.#places = 1;
    this.#hire = this.#lastResort;
    this.#deal();
  }

  #finish(trouble: string): void {
    this.#tell(true, trouble);
    this.stop();
  }

  #tell(done: boolean, trouble: string): void {
    const sum = (of: "seeds" | "events"): number => this.#beats.reduce((n, b) => n + (b.progress?.[of] ?? 0), 0);
    const best = this.#best;
    const firsts = [...this.#beats, ...this.#left].map((range) => range.first);
    this.#tells({
      next: Math.min(this.#fresh, ...firsts),
      seeds: this.#seeds + sum("seeds"),
      events: this.#events + sum("events"),
      found: best?.found ?? null,
      steps: best?.steps ?? null,
      result: done && trouble === "" ? this.#story : null,
      done,
      trouble,
    });
  }
}

/** The element's outside: a host page may treat it like a video. Times are seconds of simulated time. */
import { LitElement } from "lit";
import type { Intent } from "../app/intents.ts";
import type { Model } from "../app/model.ts";
import { nearestSpeed } from "../app/playback.ts";
import type { Setup } from "../engine/types.ts";

export abstract class MediaElement extends LitElement {
  /** Everything that can be asked of it, in the reader's own language. */
  abstract send(intent: Intent): void;

  /** What there is to show; a blank one while the engine is on its way. */
  protected abstract get model(): Model;

  play(): void {
    this.send({ kind: "play" });
  }

  pause(): void {
    this.send({ kind: "pause" });
  }

  /** One event forward. */
  step(): void {
    this.send({ kind: "step" });
  }

  stepBack(): void {
    this.send({ kind: "step-back" });
  }

  seek(seconds: number): void {
    if (Number.isFinite(seconds)) this.send({ kind: "seek", timeUs: seconds * 1e6 });
  }

  /** Opens a shared run. */
  openRun(text: string): void {
    this.send({ kind: "open-run", text });
  }

  get paused(): boolean {
    return !this.model.playback.playing;
  }

  get currentTime(): number {
    return this.model.playback.timeUs / 1e6;
  }

  set currentTime(seconds: number) {
    this.seek(seconds);
  }

  /** How far the reader has come; there is no end. */
  get duration(): number {
    return this.model.edgeUs / 1e6;
  }

  get playbackRate(): number {
    return this.model.playback.speed;
  }

  set playbackRate(rate: number) {
    if (rate > 0) this.send({ kind: "speed", speed: nearestSpeed(rate) });
  }

  /** What was opened, and whether the reader has changed it since. */
  get opened(): { setup: Setup | null; edited: boolean } {
    const { setup, edited } = this.model;
    return { setup, edited };
  }
}

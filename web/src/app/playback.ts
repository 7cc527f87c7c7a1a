/**
 * Playing as a value: where the playhead is, how fast it goes, and nothing else.
 * It never touches the engine, so that all of it can be tested without one.
 */
import type { Frame } from "../engine/frame.ts";

export interface Playback {
  playing: boolean;
  /** Simulated time for each unit of real time. */
  speed: number;
  /** Where the playhead is; fractions matter at 1/1000 of real time. */
  timeUs: number;
}

/** Real Raft is too fast to watch: the default shows a 150 ms election timeout in three seconds. */
export const DEFAULT_SPEED = 1 / 20;

export const SPEEDS: readonly number[] = [
  1 / 1000,
  1 / 500,
  1 / 200,
  1 / 100,
  1 / 50,
  1 / 20,
  1 / 10,
  1 / 5,
  1 / 2,
  1,
  2,
  5,
  10,
];

/** The longest stretch of real time that one animation frame may stand for. */
export const MAX_STEP_MS = 100;

export function atRest(timeUs = 0, speed = DEFAULT_SPEED): Playback {
  return { playing: false, speed, timeUs };
}

/** Moves the playhead by one animation frame of real time. */
export function advance(playback: Playback, elapsedMs: number): Playback {
  if (!playback.playing) return playback;
  // A tab that was hidden reports minutes at once; leaping over them would
  // drop the reader into a run that they never saw.
  const step = Math.min(Math.max(elapsedMs, 0), MAX_STEP_MS);
  return { ...playback, timeUs: playback.timeUs + step * 1000 * playback.speed };
}

/** The next choice above (`by` 1) or below (`by` -1) a speed, which need not be a choice itself. */
export function nextSpeed(speed: number, by: 1 | -1): number {
  // The factor keeps 1/20 from counting as above itself after rounding.
  if (by > 0) return SPEEDS.find((s) => s > speed * 1.001) ?? speed;
  return SPEEDS.filter((s) => s < speed * 0.999).at(-1) ?? speed;
}

/** The choice that is nearest to a speed from outside, by ratio. */
export function nearestSpeed(speed: number): number {
  const away = (s: number): number => Math.abs(Math.log(s / speed));
  return SPEEDS.reduce((best, s) => (away(s) < away(best) ? s : best));
}

export function speedText(speed: number): string {
  return speed < 1 ? `1/${Math.round(1 / speed)}` : `${speed}`;
}

/**
 * The end of the tape. It grows in round steps, so that the picture does not
 * shrink a little in every frame of a running simulation.
 */
export function tapeEnd(edgeUs: number): number {
  const wanted = edgeUs * 1.08;
  for (let unit = 100_000; ; unit *= 10) {
    for (const step of [5, 7.5, 10, 15, 20, 30]) if (unit * step >= wanted) return unit * step;
  }
}

/** Up to here every change of the logs can be watched. */
const SLOW = 1 / 10;

/**
 * The least time between two pictures of the logs. In real time each request changes them a dozen times within a few
 * frames, and nobody can read that; then such changes become one. At rest and in slow motion none is put off.
 */
export function logsPauseMs({ playing, speed }: Playback): number {
  return playing && speed > SLOW ? 100 : 0;
}

/** True while nothing is on its way but heartbeats: the stretches that "skip idle time" leaps over. */
export function isIdle(frame: Frame): boolean {
  const settled = frame.servers.every((s) => !s.up || s.role === "leader" || s.role === "follower");
  const led = frame.servers.some((s) => s.up && s.role === "leader");
  const quiet = frame.messages.every((m) => m.heartbeat);
  const writing = frame.servers.some((s) => s.writeSinceUs >= 0);
  return quiet && !writing && (settled || !led);
}

/** What the laboratory needs of the element around it, and what it tells it. */

export interface Host {
  /** Something to draw or to show has changed. */
  changed(): void;
  /** A sentence for the live region. `pressing` answers the reader, the rest only if it is quiet. Whether it was said. */
  say(text: string, pressing: boolean): boolean;
  emit(event: AppEvent, detail?: unknown): void;
  now(): number;
}

export type AppEvent = "load" | "play" | "pause" | "seeked" | "timeupdate" | "ratechange" | "change" | "raft-error";

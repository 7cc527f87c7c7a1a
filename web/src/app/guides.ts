/** The three suggestions of the poster: each does what it says, then plays. */
import { command, play } from "./act.ts";
import type { App } from "./app.ts";
import * as commands from "./commands.ts";
import type { Guide } from "./intents.ts";
import { leaderOf } from "./model.ts";

export interface Suggestion {
  guide: Guide;
  title: string;
  /** Fewer servers cannot show it. */
  servers: number;
}

export const SUGGESTIONS: readonly Suggestion[] = [
  { guide: "crash-leader", title: "Crash the leader", servers: 3 },
  { guide: "cut-follower", title: "Cut a follower off", servers: 3 },
  { guide: "two-candidates", title: "Make two candidates", servers: 3 },
];

export function follow(app: App, guide: Guide): void {
  app.view({ poster: false });
  if (guide === "two-candidates") twoCandidates(app);
  else app.runUntil("leader", () => breakAround(app, leaderOf(app.model.frame), guide));
}

function breakAround(app: App, leader: number, guide: Guide): void {
  if (leader === 0) {
    app.notice("No server becomes leader in this run; try another seed.");
    return;
  }
  const text = guide === "crash-leader" ? commands.crash(leader) : cutOff(app, leader);
  // The others should have heard of the leader before it falls silent.
  app.seek(app.model.playback.timeUs + 20_000, () => {
    if (text !== null) command(app, text);
    play(app);
  });
}

function cutOff(app: App, leader: number): string | null {
  const ids = app.model.frame?.servers.map((s) => s.id) ?? [];
  const follower = ids.filter((id) => id !== leader).at(-1);
  return follower === undefined ? null : commands.fence([follower], ids);
}

function twoCandidates(app: App): void {
  const ids = app.model.frame?.servers.map((s) => s.id) ?? [];
  // Two that do not stand side by side, so that their messages can be told apart.
  for (const id of [ids[0], ids[Math.floor(ids.length / 2)]]) if (id) command(app, commands.timeOut(id));
  play(app);
}

/** What is said when another run takes the place of the one that was open. */
import type { Settings } from "../engine/types.ts";
import { count } from "./labels.ts";

/** `fresh`: it begins at its start, with nothing done to it yet. */
export function openedSentence(before: Settings, now: Settings, fresh: boolean): string {
  const title = now.scenarioTitle || "Untitled run";
  if (!fresh) return `${title}: the run is opened.`;
  if (now.scenarioTitle !== before.scenarioTitle) return `${title}: the run begins.`;
  if (now.servers !== before.servers) return `${count(now.servers, "server")}: the run begins anew.`;
  if (now.seed !== before.seed) return `Seed ${now.seed}: the run begins anew.`;
  return "The run begins anew.";
}

/** Starts hunts: in workers, as many as this machine has cores to spare. */
import { forWorkers, loadEngine } from "./engine.ts";
import { pageHand, workerHand } from "./hands.ts";
import { type News, Party } from "./party.ts";
import type { Quarry } from "./types.ts";

/** More would only cost memory: a hunt is short. */
const WORKERS_MOST = 4;

/** Tells how the hunt goes, until it is done or stopped; returns how to stop it. The engine has to be there. */
export function hunt(quarry: Quarry, tells: (news: News) => void): () => void {
  const { module, worker } = forWorkers();
  let party: Party | null = null;
  let stopped = false;
  // The engine is there; asking for it once more is only to get hold of it.
  void loadEngine().then((engine) => {
    const inPage = (): ReturnType<typeof pageHand> => pageHand(engine);
    const able = module !== null && worker !== null && typeof Worker === "function";
    const hire = able ? () => workerHand(worker, module) : inPage;
    if (!stopped) party = new Party(quarry, able ? places() : 1, hire, inPage, tells);
  });
  return () => {
    stopped = true;
    party?.stop();
  };
}

/** One core is left to the page, unless there are only two. */
export function places(): number {
  const cores = navigator.hardwareConcurrency || 1;
  return Math.max(Math.min(cores, 2), Math.min(cores - 1, WORKERS_MOST));
}

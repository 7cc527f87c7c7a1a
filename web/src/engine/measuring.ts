/** Starts surveys: in workers, as many as this machine has cores to spare. */
import { forWorkers, loadEngine } from "./engine.ts";
import { places } from "./hunting.ts";
import { pagePlayer, workerPlayer } from "./players.ts";
import { Survey } from "./survey.ts";
import type { Commission, Experiment, ExperimentInfo, Plan } from "./types.ts";

/** What can be measured. */
export async function experiments(): Promise<ExperimentInfo[]> {
  return (await loadEngine()).experiments();
}

/** Throws a sentence if a setting is wrong. */
export async function experiment(commission: Commission): Promise<Experiment> {
  return (await loadEngine()).experiment(commission);
}

/** Tells how the survey goes, until it is done or stopped. The engine has to be there. */
export async function survey(
  commission: Commission,
  plan: Plan,
  tells: (done: boolean, trouble: string) => void,
): Promise<Survey> {
  const { module, worker } = forWorkers();
  const engine = await loadEngine();
  const inPage = (): ReturnType<typeof pagePlayer> => pagePlayer(engine);
  const able = module !== null && worker !== null && typeof Worker === "function";
  const hire = able ? () => workerPlayer(worker, module) : inPage;
  const { measures } = plan.experiment;
  return new Survey(commission, plan.curves, measures.length, able ? places() : 1, hire, inPage, tells);
}

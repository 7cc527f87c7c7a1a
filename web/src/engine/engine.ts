/** The only importer of the wasm: loads it once for the whole page, and hands out the engine. */
import init, {
  experiments,
  scenarios,
  Experiment as WasmExperiment,
  Hunt as WasmHunt,
  Lab as WasmLab,
  Opening as WasmOpening,
} from "../../pkg/raft_wasm.js";
import type { FirstViews } from "./first-views.ts";
import type { WorkerSource } from "./hands.ts";
import type { Engine, Experiment, ExperimentInfo, Hunt, Lab, Opening, ScenarioInfo } from "./types.ts";

/** Where the engine comes from: a file beside the page, or bytes inside the script. */
export type WasmSource = URL | Uint8Array<ArrayBuffer>;

let source: WasmSource | Engine | null = null;
let views: FirstViews | null = null;
let worker: WorkerSource | null = null;
let module: WebAssembly.Module | null = null;
let loading: Promise<Engine> | null = null;

/** Says where the engine and the script of its workers are, and what is known without them; tests hand in an engine of their own. */
export function provideEngine(
  from: WasmSource | Engine,
  known: FirstViews | null,
  workers: WorkerSource | null = null,
): void {
  source = from;
  views = known;
  worker = workers;
  module = null;
  loading = null;
}

/** What can be shown before the engine is loaded. */
export function firstViews(): FirstViews | null {
  return views;
}

/** What workers are made of; no module before the engine is there. */
export function forWorkers(): { worker: WorkerSource | null; module: WebAssembly.Module | null } {
  return { worker, module };
}

/** All elements of a page share one module. */
export function loadEngine(): Promise<Engine> {
  loading ??= load();
  // A failed load may be tried again.
  loading.catch(() => {
    loading = null;
  });
  return loading;
}

async function load(): Promise<Engine> {
  if (source === null) throw new Error("Nobody has said where the engine is.");
  if (!(source instanceof URL) && !(source instanceof Uint8Array)) return source;
  module = await WebAssembly.compile(source instanceof URL ? await bytesAt(source) : source);
  return engineOf(module);
}

/** The engine of a compiled module, which is also what workers get from the page. */
export async function engineOf(compiled: WebAssembly.Module): Promise<Engine> {
  await init({ module_or_path: compiled });
  // The generated types say string where types.ts says which strings; a test in crates/raft-wasm keeps the two alike.
  return {
    open: (setup) => WasmLab.open(setup) as unknown as Lab,
    openRun: (text) => WasmOpening.begin(text) as unknown as Opening,
    hunt: ({ without, making, property, servers, from, first, count }) =>
      WasmHunt.begin(without, making, property, servers, from, first, count) as unknown as Hunt,
    scenarios: () => scenarios() as ScenarioInfo[],
    experiments: () => experiments() as unknown as ExperimentInfo[],
    experiment: ({ name, set, trials, seed }) => WasmExperiment.begin(name, set, trials, seed) as unknown as Experiment,
  };
}

/** Not init(fetch(...)): that warns where a server does not know the type of a wasm file. */
async function bytesAt(url: URL): Promise<ArrayBuffer> {
  const answer = await fetch(url).catch((): never => {
    throw new Error(`The network does not bring ${url.pathname}.`);
  });
  if (!answer.ok) throw new Error(`The server does not give out ${url.pathname}: it answers ${answer.status}.`);
  return answer.arrayBuffer();
}

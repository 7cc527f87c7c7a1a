/** Makes `<raft-lab>` known to the page. Apart from the class, so that importing the class has no effects. */
import { provideEngine, type WasmSource } from "../engine/engine.ts";
import type { FirstViews } from "../engine/first-views.ts";
import type { WorkerSource } from "../engine/hands.ts";
import type { Engine } from "../engine/types.ts";
import { RaftLab } from "./raft-lab.ts";

/** Registers the element, once: a host page may load the script twice. */
export function define(engine: WasmSource | Engine, views: FirstViews | null, worker: WorkerSource | null): void {
  if (customElements.get("raft-lab")) return;
  provideEngine(engine, views, worker);
  customElements.define("raft-lab", RaftLab);
}

/** The page at full size is the element and its address, nothing else. */
import type { WasmSource } from "../engine/engine.ts";
import type { FirstViews } from "../engine/first-views.ts";
import type { WorkerSource } from "../engine/hands.ts";
import type { Engine } from "../engine/types.ts";
import { followAddress, readAddress } from "./address.ts";
import { define } from "./define.ts";
import type { RaftLab } from "./raft-lab.ts";
import { atFirstSign } from "./reader.ts";

export function openPage(engine: WasmSource | Engine, views: FirstViews | null, worker: WorkerSource | null): void {
  const element = document.querySelector("raft-lab");
  if (element === null) return;
  readAddress(element);
  define(engine, views, worker);
  const lab = element as RaftLab;
  followAddress(lab);
  // Here the whole window is the laboratory.
  // And keys that are meant for nothing else are meant for it.
  document.addEventListener("keydown", (event) => {
    if (event.target === document.body) lab.takeKey(event);
  });
  atFirstSign(window, () => lab.send({ kind: "load-engine" }));
}

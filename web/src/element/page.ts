/** The page at full size is the element and its address, nothing else. */
import type { WasmSource } from "../engine/engine.ts";
import type { Engine } from "../engine/types.ts";
import { followAddress, readAddress } from "./address.ts";
import { define } from "./define.ts";
import type { RaftLab } from "./raft-lab.ts";

export function openPage(engine: WasmSource | Engine): void {
  const element = document.querySelector("raft-lab");
  if (element === null) return;
  readAddress(element);
  define(engine);
  followAddress(element as RaftLab);
}

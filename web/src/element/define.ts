/** Makes `<raft-lab>` known to the page. */
import { html, LitElement } from "lit";
import init, { engine_version } from "../../pkg/raft_wasm.js";

/** Where the engine comes from: a file beside the page, or bytes inside the script. */
export type WasmSource = URL | Uint8Array<ArrayBuffer>;

/** Registers the element, once: a host page may load the script twice. */
export function define(wasm: WasmSource): void {
  if (customElements.get("raft-lab")) return;
  RaftLab.wasm = wasm;
  customElements.define("raft-lab", RaftLab);
}

class RaftLab extends LitElement {
  static override properties = { version: { state: true } };
  static wasm: WasmSource | undefined;
  version = "";

  override async connectedCallback(): Promise<void> {
    super.connectedCallback();
    const wasm = RaftLab.wasm;
    // Not init(fetch(...)): that warns where a server does not know the type of a wasm file.
    const bytes = wasm instanceof URL ? await (await fetch(wasm)).arrayBuffer() : wasm;
    await init({ module_or_path: bytes });
    this.version = engine_version();
  }

  override render(): unknown {
    return html`<p role="status">${this.version ? `Engine ${this.version}` : "Loading"}</p>`;
  }
}

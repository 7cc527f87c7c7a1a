/** Entry of the site: the wasm lies beside the page, wherever the folder is. */
import { define } from "./element/define.ts";

define(new URL("raft_wasm_bg.wasm", document.baseURI));

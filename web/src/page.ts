/** Entry of the site: the wasm lies beside the page, wherever the folder is. */
import { openPage } from "./element/page.ts";

openPage(new URL("raft_wasm_bg.wasm", document.baseURI));

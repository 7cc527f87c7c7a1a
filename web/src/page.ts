/** Entry of the site: the wasm lies beside the page, wherever the folder is, and is fetched when a reader turns up. */
import views from "inline:first-views";
import { openPage } from "./element/page.ts";

openPage(new URL("raft_wasm_bg.wasm", document.baseURI), views, new URL("worker.js", document.baseURI));

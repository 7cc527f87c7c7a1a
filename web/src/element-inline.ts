/** Entry of the element for other people's pages: one script, with the wasm inside. */
import views from "inline:first-views";
import bytes from "inline:wasm";
import worker from "inline:worker";
import { define } from "./element/define.ts";

define(bytes, views, worker);

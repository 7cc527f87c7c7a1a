/** Entry of the single file: nothing is fetched, so that it opens by double click. */
import bytes from "inline:wasm";
import { define } from "./element/define.ts";

define(bytes);

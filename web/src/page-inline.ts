/** Entry of the single file: nothing is fetched, so that it opens by double click. */
import bytes from "inline:wasm";
import { openPage } from "./element/page.ts";

openPage(bytes);

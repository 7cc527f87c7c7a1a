/** Entry of the single file: nothing is fetched, so that it opens by double click. */
import views from "inline:first-views";
import bytes from "inline:wasm";
import worker from "inline:worker";
import { openPage } from "./element/page.ts";

openPage(bytes, views, worker);

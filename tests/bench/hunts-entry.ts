/** What the page uses to hunt, and nothing else of it. */
export { loadEngine, provideEngine } from "../../web/src/engine/engine.ts";
export { hunt } from "../../web/src/engine/hunting.ts";

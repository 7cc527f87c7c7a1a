/**
 * Modules that `scripts/build.mjs` makes up while it bundles.
 *
 * Only the entries may import them, and `inline:wasm` and `inline:worker` only those of the self-contained builds: the
 * site fetches the files that lie beside it.
 */

/** What the engine says of the built-in runs before anything has happened. */
declare module "inline:first-views" {
  const views: import("./engine/first-views.ts").FirstViews;
  export default views;
}

/** The bytes of the engine, `web/pkg/raft_wasm_bg.wasm`. */
declare module "inline:wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}

/** The text of `web/src/worker.ts`, bundled as a classic script, to be started from a Blob. */
declare module "inline:worker" {
  const text: string;
  export default text;
}

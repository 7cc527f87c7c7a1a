/**
 * Modules that `scripts/build.mjs` makes up while it bundles.
 *
 * Only the entries of the self-contained builds may import them; the site fetches the files that lie beside it.
 */

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

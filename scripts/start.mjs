/**
 * `npm start`: sets up, builds what has changed, serves the page and says where.
 *
 * PORT chooses the port. With `--watch` every saved change is built again; reload the page to see it.
 */
import { spawnSync } from "node:child_process";
import { watch } from "node:fs";
import { join } from "node:path";
import { serve } from "./serve.mjs";
import { setup } from "./setup.mjs";
import { fail, root } from "./shared.mjs";

const FIRST_PORT = 8080;
const LAST_PORT = 8179;
const SAVE_PAUSE_MS = 200;

setup();
if (!build()) process.exit(1);
const server = await open();
console.log(`\nRaft Lab is at ${server.url}  (stop with Ctrl+C)`);
if (process.argv.includes("--watch")) watchSources();

function build() {
  return ["scripts/wasm.mjs", "scripts/build.mjs"].every(
    (script) => spawnSync(process.execPath, [script], { cwd: root, stdio: "inherit" }).status === 0,
  );
}

/** Serves on $PORT, or else on the first free port. */
async function open() {
  const folder = join(root, "dist");
  const wanted = process.env.PORT;
  if (wanted) {
    return serve({ folder, port: Number(wanted) }).catch((error) =>
      fail(`Port ${wanted} cannot be used: ${error.message}`),
    );
  }
  for (let port = FIRST_PORT; port <= LAST_PORT; port++) {
    try {
      return await serve({ folder, port });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EADDRINUSE") throw error;
    }
  }
  return fail(`No port from ${FIRST_PORT} to ${LAST_PORT} is free; choose one with PORT=...`);
}

function watchSources() {
  /** @type {NodeJS.Timeout | undefined} */
  let soon;
  const changed = () => {
    // Editors write a file in several steps, and a checkout writes many files: wait until they rest.
    clearTimeout(soon);
    soon = setTimeout(build, SAVE_PAUSE_MS);
  };
  for (const source of ["web/src", "crates"]) watch(join(root, source), { recursive: true }, changed);
  watch(join(root, "index.html"), changed);
  console.log("Watching web/src, crates and index.html.");
}

/**
 * Builds the engine to `web/pkg` with wasm-pack, unless nothing that goes into it has changed, and checks the module.
 *
 * `--force` builds in any case.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fail, root, run } from "./shared.mjs";

const pkg = join(root, "web", "pkg");
const module = join(pkg, "raft_wasm_bg.wasm");
const stampFile = join(pkg, ".stamp");

const SOURCES = [
  "Cargo.toml",
  "Cargo.lock",
  "rust-toolchain.toml",
  ".cargo",
  "crates",
  "tools/Cargo.toml",
  "tools/Cargo.lock",
  "tools/src",
  "package-lock.json",
  "scripts/wasm.mjs",
  "scripts/wasm-pack.mjs",
];

/** Every file below `path` in a fixed order. @param {string} path @returns {string[]} */
function filesUnder(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  // Tests and examples of the crates do not go into the module.
  const names = readdirSync(full).filter((name) => !["target", "tests", "examples", "benches"].includes(name));
  return names.sort().flatMap((name) => filesUnder(`${path}/${name}`));
}

/** A digest of all that goes into the module. Contents, not times: a checkout or a copy changes times for nothing. */
function stamp() {
  const hash = createHash("sha256");
  for (const file of SOURCES.flatMap(filesUnder))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update("\0");
  return hash.digest("hex");
}

/** Stops the build over a module that would work here and disappoint elsewhere. */
function checkModule() {
  const bytes = readFileSync(module);
  const compiled = new WebAssembly.Module(bytes);

  const strangers = WebAssembly.Module.imports(compiled).filter((wanted) => wanted.module !== "./raft_wasm_bg.js");
  if (strangers.length > 0) {
    const names = strangers.map((wanted) => `${wanted.module}.${wanted.name}`).join(", ");
    fail(
      `The wasm imports from elsewhere than bindgen's glue, a sign that something expects an operating system: ${names}`,
    );
  }
  // wasm-pack only mentions a missing wasm-opt and goes on; the section with the names tells that it did not run.
  if (WebAssembly.Module.customSections(compiled, "name").length > 0) {
    fail("The wasm still has its name section: wasm-opt did not run. Is node_modules complete (npm ci)?");
  }
  for (const folder of [homedir(), root]) {
    if (folder.length > 1 && bytes.includes(folder)) fail(`The wasm names a folder of this machine: ${folder}`);
  }
  console.log(`wasm: ${bytes.length} bytes, optimised, imports only from its glue`);
}

const before = stamp();
const upToDate = existsSync(module) && existsSync(stampFile) && readFileSync(stampFile, "utf8") === before;
if (upToDate && !process.argv.includes("--force")) {
  console.log("wasm: up to date");
} else {
  // A build that fails, or fails its checks, must not be taken for the good one before it.
  rmSync(stampFile, { force: true });
  const options = [
    "--mode",
    "no-install",
    "--target",
    "web",
    "--profile",
    "page",
    "--no-pack",
    "--out-dir",
    "../../web/pkg",
  ];
  run(process.execPath, ["scripts/wasm-pack.mjs", "build", "crates/raft-wasm", ...options]);
  checkModule();
  // The stamp from before the build: a file that was saved meanwhile makes the next run build again.
  writeFileSync(stampFile, before);
}

/** `npm run check`: formatting, lints, documentation and types, in Rust and TypeScript. */
import { join } from "node:path";
import { setup } from "./setup.mjs";
import { root } from "./shared.mjs";
import { runSteps } from "./steps.mjs";

setup();

const deny = ["--", "-D", "warnings"];
const wasm = ["--target", "wasm32-unknown-unknown"];
const bin = (/** @type {string} */ name) => join(root, "node_modules", ".bin", name);

const outcomes = await runSteps([
  { name: "cargo fmt", command: "cargo", args: ["fmt", "--all", "--check"] },
  { name: "clippy, native", command: "cargo", args: ["clippy", "--workspace", "--all-targets", "--locked", ...deny] },
  // The core and the simulator as they are shipped; their tests stay native and may use what wasm has not.
  {
    name: "clippy, wasm",
    command: "cargo",
    args: ["clippy", "-p", "raft-core", "-p", "raft-sim", "--locked", ...wasm, ...deny],
  },
  // The door with its tests, some of which exist for wasm alone.
  {
    name: "clippy, door",
    command: "cargo",
    args: ["clippy", "-p", "raft-wasm", "--all-targets", "--locked", ...wasm, ...deny],
  },
  {
    name: "cargo doc",
    command: "cargo",
    args: ["doc", "--workspace", "--no-deps", "--locked"],
    env: { RUSTDOCFLAGS: "-D warnings" },
  },
  // wasm-bindgen writes the types of the engine, so it must be built before TypeScript can be checked.
  { name: "wasm", command: process.execPath, args: ["scripts/wasm.mjs"] },
  { name: "types, web", command: bin("tsc"), args: ["-p", "."] },
  { name: "types, tests and scripts", command: bin("tsc"), args: ["-p", "tests"] },
  { name: "biome", command: bin("biome"), args: ["ci", "--colors=off", "."] },
]);

process.exit(outcomes.every(({ ok }) => ok) ? 0 : 1);

/** Runs wasm-pack, built from `tools/`, with its companions first on PATH; all arguments are passed on. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cargoHome, root, run } from "./shared.mjs";

const bin = join(root, "tools", "target", "debug");
const wasmPack = join(bin, process.platform === "win32" ? "wasm-pack.exe" : "wasm-pack");

if (!existsSync(wasmPack))
  console.log("Building wasm-pack and wasm-bindgen from source, once (about a minute and a half) ...");
run("cargo", ["build", "--quiet", "--locked", "--manifest-path", "tools/Cargo.toml", "--target-dir", "tools/target"]);

// Without this the shipped wasm would name the builder's home folder in the panic messages of its dependencies.
const remap = [`--remap-path-prefix=${join(cargoHome, "registry", "src")}=crates`, `--remap-path-prefix=${root}=.`];

run(wasmPack, process.argv.slice(2), {
  // The runner's own limits, 5 s and 20 s, are too short for a busy machine.
  WASM_BINDGEN_TEST_DRIVER_TIMEOUT: "60",
  WASM_BINDGEN_TEST_TIMEOUT: "120",
  CARGO_ENCODED_RUSTFLAGS: remap.join("\x1f"),
  ...process.env,
  // npm's wasm-opt must come before the system's: Debian's version builds a module that does not start, without a word.
  PATH: [bin, join(root, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter),
});

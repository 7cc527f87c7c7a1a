/** `npm test`: sets up, builds, and runs every test of every kind; ends with one line that counts them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findChrome, findChromedriver, setup } from "./setup.mjs";
import { root } from "./shared.mjs";
import { runSteps, total } from "./steps.mjs";

setup({ browser: true });

const playwright = join(root, "node_modules", "@playwright", "test", "cli.js");
const wasmPack = ["scripts/wasm-pack.mjs", "test", "--mode", "no-install"];
const node = process.execPath;

const outcomes = await runSteps([
  { name: "cargo test", command: "cargo", args: ["test", "--workspace", "--locked", "--no-fail-fast"], tests: true },
  {
    name: "fuzz gate",
    command: "cargo",
    args: ["test", "-p", "raft-eval", "--profile", "gate", "--locked", "--test", "gate", "--", "--nocapture"],
    env: { RAFT_SEEDS: process.env.RAFT_SEEDS ?? "10000" },
    tests: true,
  },
  { name: "build wasm", command: node, args: ["scripts/wasm.mjs"] },
  { name: "build page", command: node, args: ["scripts/build.mjs"] },
  { name: "wasm in Node", command: node, args: [...wasmPack, "--node", "crates/raft-wasm"], tests: true },
  {
    name: "wasm in Chromium",
    command: node,
    args: [...wasmPack, "--headless", "--chrome", "--chromedriver", findChromedriver() ?? "", "crates/raft-wasm"],
    env: browserOfTheDriver(),
    tests: true,
  },
  { name: "TypeScript", command: node, args: [playwright, "test", "--project=unit"], tests: true },
  { name: "end to end", command: node, args: [playwright, "test", "--project=e2e"], tests: true },
]);

const { passed, failed } = total(outcomes);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(outcomes.every(({ ok }) => ok) ? 0 : 1);

/** chromedriver finds the usual browsers by itself; one that $CHROME names has to be told in a file. */
function browserOfTheDriver() {
  if (!process.env.CHROME) return {};
  const args = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"];
  const file = join(root, "target", "webdriver.json");
  mkdirSync(join(root, "target"), { recursive: true });
  writeFileSync(file, JSON.stringify({ "goog:chromeOptions": { binary: findChrome(), args } }));
  return { WASM_BINDGEN_TEST_WEBDRIVER_JSON: file };
}

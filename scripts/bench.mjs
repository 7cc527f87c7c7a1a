/**
 * `npm run bench`: measures the engine natively and the page in Chromium, and compares both with their budgets.
 *
 * Each source yields rows `{ name, value, unit, budget, holds }`; it knows whether its budget is a ceiling or a floor.
 * A row whose budget is null is information. The table is for people; `target/bench/report.json` holds the same rows,
 * `target/bench/machine.json` the machine on which they were measured. With `--tests` the time of `npm test` is
 * measured too, which needs minutes.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setup } from "./setup.mjs";
import { fail, root, run } from "./shared.mjs";

/** @typedef {{ name: string, value: number, unit: string, budget: number | null, holds: boolean }} Row */

const NATIVE = "crates/raft-eval/examples/bench.rs";
const PAGE = "tests/bench/page.mjs";

const withPage = existsSync(join(root, PAGE));
setup({ browser: withPage });

const load = loadavg()[0];
const rows = [...native(), ...(await page()), ...(process.argv.includes("--tests") ? tests() : [])];
table(rows);
save(rows);
process.exit(rows.every(({ holds }) => holds) ? 0 : 1);

/** @returns {Row[]} */
function native() {
  if (!existsSync(join(root, NATIVE))) return skipped(NATIVE);
  const args = ["run", "--quiet", "--release", "--locked", "-p", "raft-eval", "--example", "bench", "--", "--json"];
  const result = spawnSync("cargo", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  if (result.status !== 0) fail("The native measurements failed.");
  return JSON.parse(result.stdout);
}

/** `tests/bench/page.mjs` exports `measure()`, which drives the built page and resolves to rows. @returns {Promise<Row[]>} */
async function page() {
  if (!withPage) return skipped(PAGE);
  for (const script of ["scripts/wasm.mjs", "scripts/build.mjs"]) run(process.execPath, [script]);
  const { measure } = await import(pathToFileURL(join(root, PAGE)).href);
  return measure();
}

/** `npm test` when everything is built already. @returns {Row[]} */
function tests() {
  run(process.execPath, ["scripts/test.mjs"]);
  const begun = Date.now();
  run(process.execPath, ["scripts/test.mjs"]);
  const value = (Date.now() - begun) / 60_000;
  return [{ name: "npm test, warm (wall)", value, unit: "minutes", budget: 6, holds: value <= 6 }];
}

/** @param {string} source @returns {Row[]} */
function skipped(source) {
  console.log(`Skipped: ${source} does not exist yet.`);
  return [];
}

/** @param {Row[]} rows */
function table(rows) {
  const width = Math.max(4, ...rows.map(({ name }) => name.length));
  const line = (/** @type {unknown[]} */ [name, value, unit, budget, holds]) =>
    console.log(
      `${String(name).padEnd(width)}  ${String(value).padStart(12)}  ${String(unit).padEnd(10)}  ${String(budget).padStart(12)}  ${holds}`,
    );
  line(["name", "value", "unit", "budget", ""]);
  for (const { name, value, unit, budget, holds } of rows) {
    if (budget === null) line([name, rounded(value), unit, "", ""]);
    else line([name, rounded(value), unit, rounded(budget), holds ? "holds" : "MISSED"]);
  }
}

/** Three digits say what a measurement is worth. @param {number} value */
function rounded(value) {
  return Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 6 });
}

/** @param {Row[]} rows */
function save(rows) {
  const folder = join(root, "target", "bench");
  mkdirSync(folder, { recursive: true });
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, loadBefore: load };
  writeFileSync(join(folder, "report.json"), `${JSON.stringify(rows, null, 2)}\n`);
  writeFileSync(join(folder, "machine.json"), `${JSON.stringify(machine, null, 2)}\n`);
  const { cpu, cores, node } = machine;
  console.log(
    `\nMeasured on ${cores} cores of ${cpu}, Node ${node}; ${load?.toFixed(1)} processes wanted to run before.`,
  );
  console.log(`${rows.length} rows in target/bench/report.json`);
}

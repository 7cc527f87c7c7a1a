/**
 * `npm run bench:hunts [STARTS] [ID ...]`: how long the hunt takes in a page, with its workers, from many starting seeds.
 *
 * For each rule, then for each mistake, a line: of how many starts something was found, then median and worst of the
 * seconds (by the clock on the wall: that is what a reader waits), of the seeds, and of the commands in the story. The
 * page must have been built. Without ids all are hunted, which takes about a minute for each start.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { chromium } from "playwright-core";
import { serve } from "../../scripts/serve.mjs";
import { findChrome } from "../../scripts/setup.mjs";
import { root } from "../../scripts/shared.mjs";
import { median } from "./rows.mjs";

/** @typedef {{ id: string, kind: "rule" | "mistake" }} Switch */
/** @typedef {{ found: boolean, seconds: number, seeds: number, steps: number }} Hunted */

/** Seeds between two starts, and the most of one hunt. */
const APART = 1_000_000;
const SEEDS_MOST = 20_000;
const BUDGET = { medianS: 10, worstS: 60 };

const [starts = "20", ...ids] = process.argv.slice(2);
if (!/^[1-9]\d*$/.test(starts)) throw new Error(`STARTS must be a number from 1 on, not \`${starts}\`.`);

const folder = mkdtempSync(join(tmpdir(), "raft-lab-hunts-"));
for (const file of ["raft_wasm_bg.wasm", "worker.js"]) cpSync(join(root, "dist", file), join(folder, file));
await esbuild.build({
  absWorkingDir: root,
  entryPoints: ["tests/bench/hunts-entry.ts"],
  bundle: true,
  format: "esm",
  target: "es2022",
  outfile: join(folder, "hunts.js"),
});
writeFileSync(join(folder, "index.html"), "<!doctype html><title>Hunts</title>");

const server = await serve({ folder });
const browser = await chromium.launch({ executablePath: findChrome(), args: ["--disable-gpu"] });
try {
  await all(await browser.newPage());
} finally {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true });
}

/** @param {import("playwright-core").Page} page */
async function all(page) {
  await page.goto(server.url);
  const switches = (await known(page)).filter(({ id }) => ids.length === 0 || ids.includes(id));
  const heads = ["found", "seconds med/worst", "seeds med/worst", "steps med/worst"];
  console.log(["".padEnd(30), ...heads.map((head) => head.padStart(18))].join(""));
  const rows = [];
  for (const what of switches) {
    const hunts = [];
    for (let i = 0; i < Number(starts); i++) hunts.push(await hunted(page, what, i * APART));
    const row = summed(what.id, hunts);
    rows.push(row);
    const pairs = [row.seconds, row.seeds, row.steps].map(([middle, worst]) => `${middle}/${worst}`.padStart(18));
    console.log(row.id.padEnd(30) + `${row.found}/${starts}`.padStart(18) + pairs.join(""), row.holds ? "" : " MISSED");
  }
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0] };
  mkdirSync(join(root, "target", "bench"), { recursive: true });
  writeFileSync(join(root, "target", "bench", "hunts.json"), `${JSON.stringify({ machine, rows }, null, 2)}\n`);
  console.log(machine);
}

/** The switches that there are. @param {import("playwright-core").Page} page @returns {Promise<Switch[]>} */
function known(page) {
  return page.evaluate(async () => {
    const script = "./hunts.js";
    const { provideEngine, loadEngine } = /** @type {typeof import("./hunts-entry.ts")} */ (await import(script));
    const at = (/** @type {string} */ name) => new URL(name, document.baseURI);
    provideEngine(at("raft_wasm_bg.wasm"), null, at("worker.js"));
    const lab = (await loadEngine()).open({ scenario: "playground", seed: "1" });
    const { rules, mistakes } = lab.settings();
    lab.free();
    return [
      ...rules.map(({ id }) => ({ id, kind: /** @type {const} */ ("rule") })),
      ...mistakes.map(({ id }) => ({ id, kind: /** @type {const} */ ("mistake") })),
    ];
  });
}

/** @param {import("playwright-core").Page} page @param {Switch} what @param {number} first @returns {Promise<Hunted>} */
function hunted(page, { id, kind }, first) {
  return page.evaluate(
    async ({ quarry }) => {
      const script = "./hunts.js";
      const { hunt } = /** @type {typeof import("./hunts-entry.ts")} */ (await import(script));
      const begun = performance.now();
      const news = await new Promise(
        (/** @type {(news: import("../../web/src/engine/party.ts").News) => void} */ end) =>
          hunt(quarry, (told) => told.done && end(told)),
      );
      if (news.trouble !== "") throw new Error(news.trouble);
      const seconds = (performance.now() - begun) / 1000;
      return { found: news.result !== null, seconds, seeds: news.seeds, steps: news.result?.steps ?? 0 };
    },
    {
      quarry: {
        without: kind === "rule" ? [id] : [],
        making: kind === "mistake" ? [id] : [],
        first,
        count: SEEDS_MOST,
      },
    },
  );
}

/** @param {string} id @param {Hunted[]} hunts */
function summed(id, hunts) {
  const pair = (/** @type {"seconds" | "seeds" | "steps"} */ what, digits = 0) => {
    const values = hunts.map((hunt) => hunt[what]);
    return /** @type {[string, string]} */ ([median(values).toFixed(digits), Math.max(...values).toFixed(digits)]);
  };
  const seconds = pair("seconds", 2);
  const found = hunts.filter((hunt) => hunt.found).length;
  const holds = found === hunts.length && Number(seconds[0]) <= BUDGET.medianS && Number(seconds[1]) <= BUDGET.worstS;
  return { id, found, starts: hunts.length, seconds, seeds: pair("seeds"), steps: pair("steps"), holds };
}

/** The engine in wasm, on a page of its own: speed, seeks, and what an hour of history takes. */
import { atLeast, atMost, information, median } from "./rows.mjs";

/** @typedef {import("../../scripts/bench.mjs").Row} Row */

const HOUR_US = 3_600e6;
const REPEATS = 5;
const SEEKS = 200;
/** The standard load; `seed` as in the native measurements. */
const SETUP = { scenario: "playground", seed: "7" };

/**
 * @param {import("playwright-core").Browser} browser
 * @param {string} address of a page whose folder holds the engine
 * @returns {Promise<Row[]>}
 */
export async function engineRows(browser, address) {
  return [
    ...(await speed(browser, address, 5, HOUR_US, 1e6)),
    ...(await speed(browser, address, 25, HOUR_US / 6, 300e3)),
    ...(await history(browser, address)),
  ];
}

/**
 * Opens the page and loads the engine into it.
 * @param {import("playwright-core").Browser} browser
 * @param {string} address
 */
async function engineIn(browser, address) {
  const page = await browser.newPage();
  await page.goto(address);
  const engine = await page.evaluateHandle(async () => {
    const glue = "./raft_wasm.js";
    const module = /** @type {typeof import("../../web/pkg/raft_wasm.js")} */ (await import(glue));
    const { memory } = await module.default({ module_or_path: "raft_wasm_bg.wasm" });
    return { Lab: module.Lab, memory };
  });
  return { page, engine };
}

/** A clock that tells the CPU time of the page's main thread, in seconds. @param {import("playwright-core").Page} page */
async function clockOf(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
  };
}

/**
 * Events per second of CPU time of the page's main thread.
 * @param {import("playwright-core").Browser} browser
 * @param {string} address
 * @param {number} servers
 * @param {number} simulatedUs
 * @param {number} budget
 */
async function speed(browser, address, servers, simulatedUs, budget) {
  const { page, engine } = await engineIn(browser, address);
  const cpuSeconds = await clockOf(page);
  const once = async () => {
    const before = await cpuSeconds();
    const events = await engine.evaluate(
      ({ Lab }, { setup, us }) => {
        const lab = Lab.open(setup);
        lab.seek(us, 1e12);
        const played = lab.event();
        lab.free();
        return played;
      },
      { setup: { ...SETUP, servers }, us: simulatedUs },
    );
    return events / ((await cpuSeconds()) - before);
  };
  // The first run is compiled as it goes.
  await once();
  const speeds = [];
  for (let i = 0; i < REPEATS; i++) speeds.push(await once());
  await page.close();
  const name = `wasm speed, ${servers} servers`;
  return [
    atLeast(`${name}, median of ${REPEATS}`, median(speeds), "events/CPU-s", budget),
    information(`${name}, best of ${REPEATS}`, Math.max(...speeds), "events/CPU-s"),
  ];
}

/** @param {import("playwright-core").Browser} browser @param {string} address @returns {Promise<Row[]>} */
async function history(browser, address) {
  const { page, engine } = await engineIn(browser, address);
  const heap = () => engine.evaluate(({ memory }) => memory.buffer.byteLength);
  const before = await heap();
  const lab = await engine.evaluateHandle(({ Lab }, setup) => Lab.open(setup), SETUP);
  await lab.evaluate((run, us) => run.seek(us, 1e12), HOUR_US);
  const growth = (await heap()) - before;
  const cpuSeconds = await clockOf(page);
  const took = [];
  // Park and Miller's generator: the same places in every measurement.
  for (let i = 0, random = 1; i < SEEKS; i++) {
    random = (random * 48_271) % 2_147_483_647;
    const begun = await cpuSeconds();
    await lab.evaluate(
      (run, us) => {
        run.seek(us, 1e12);
        run.frame();
      },
      Math.floor((random / 2_147_483_647) * HOUR_US),
    );
    took.push(((await cpuSeconds()) - begun) * 1e3);
  }
  await page.close();
  const name = "seek and frame in one simulated hour, 5 servers, wasm";
  return [
    atMost(`${name}, worst of ${SEEKS} (CPU)`, Math.max(...took), "ms", 16),
    information(`${name}, median of ${SEEKS} (CPU)`, median(took), "ms"),
    atMost("memory of that hour (growth of the wasm heap)", growth / 1e6, "MB", 50),
  ];
}

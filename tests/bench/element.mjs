/**
 * The page as a reader has it: what it weighs, what a frame costs, and what a click costs.
 *
 * All times are CPU time of the page's main thread. Of a frame, "handler and drawing" is the handler of the animation frame and the drawing of the canvases that it has written; "whole thread" adds all else that happens between two
 * frames: panels, styles, layout, paint. A click has no such parts: it is everything from the task in which the event
 * arrives to the end of the task that draws the frame after it; the panels follow in the next frame, in a row of their
 * own. Waiting for the screen's turn is not counted.
 */
import { gzipSync } from "node:zlib";
import { atMost, information, mean, median, sum } from "./rows.mjs";
import { answersTo, framesOf, tasksDuring } from "./trace.mjs";

/**
 * @typedef {import("../../scripts/bench.mjs").Row} Row
 * @typedef {import("playwright-core").Browser} Browser
 * @typedef {import("playwright-core").Page} Page
 * @typedef {HTMLElement & { seek(seconds: number): void, play(): void, currentTime: number, playbackRate: number,
 *   send(intent: object): void }} Lab what the element offers to its host page
 */

const VIEW = { width: 1440, height: 900 };
const PLAYED_MS = 3_000;
const CLICKS = 12;
/** Long enough for a picture to be drawn before the next click. */
const PAUSE_MS = 250;
const HOUR_S = 3_600;

/** @param {Browser} browser @param {string} site @returns {Promise<Row[]>} */
export async function elementRows(browser, site) {
  return [
    ...(await weight(browser, site)),
    ...(await frames(browser, site, 5, 3)),
    ...(await frames(browser, site, 25, 6)),
    ...(await clicks(browser, site, "after 10 simulated seconds", 10)),
    ...(await clicks(browser, site, "after one simulated hour", HOUR_S)),
  ];
}

/**
 * Everything that is loaded, each answer packed as a server would pack it: for the first view, which shows itself
 * without the engine, and in all once a reader plays.
 * @param {Browser} browser
 * @param {string} site
 */
async function weight(browser, site) {
  const page = await browser.newPage({ viewport: VIEW });
  /** @type {import("playwright-core").Response[]} */
  const answers = [];
  /** @type {string[]} */
  const strangers = [];
  page.on("response", (answer) => answers.push(answer));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== "data:" && origin !== new URL(site).origin) strangers.push(request.url());
  });
  await page.goto(site, { waitUntil: "networkidle" });
  await shown(page);
  const first = await packed(answers);
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
  await page.locator("raft-lab .poster button").first().click();
  await page.waitForFunction(() => /** @type {Lab} */ (document.querySelector("raft-lab")).currentTime > 0);
  const all = await packed(answers);
  await page.close();
  return [
    atMost("page weight, all responses of the first view, gzip -9", first, "kB", 150),
    information("page weight, all responses after the first Play, gzip -9", all, "kB"),
    atMost("requests to other hosts", strangers.length, "requests", 0),
    information("first contentful paint, from this machine (wall)", paint ?? Number.NaN, "ms"),
  ];
}

/** Kilobytes of all answers. @param {import("playwright-core").Response[]} answers */
async function packed(answers) {
  const own = answers.filter((answer) => !answer.url().startsWith("data:"));
  return sum(await Promise.all(own.map(async (answer) => gzipSync(await answer.body(), { level: 9 }).length))) / 1e3;
}

/** @param {Page} page */
async function shown(page) {
  await page.waitForFunction(() => document.querySelector("raft-lab")?.shadowRoot?.querySelector(".poster, .proxy"));
}

/**
 * The standard load, played to a moment and at rest there.
 * @param {Browser} browser
 * @param {string} site
 * @param {number} servers
 * @param {number} seconds
 */
async function opened(browser, site, servers, seconds) {
  const page = await browser.newPage({ viewport: VIEW });
  await page.goto(`${site}?scenario=playground&seed=7&servers=${servers}`);
  await shown(page);
  const lab = await page.evaluateHandle(() => /** @type {Lab} */ (document.querySelector("raft-lab")));
  await lab.evaluate((element, to) => element.seek(to), seconds);
  await page.waitForFunction(([element, to]) => element.currentTime >= to, /** @type {const} */ ([lab, seconds]));
  return { page, lab };
}

/**
 * Playing in real time, the fastest at which a reader can still follow anything, and at the speed of the beginning.
 * @param {Browser} browser
 * @param {string} site
 * @param {number} servers
 * @param {number} budget
 */
async function frames(browser, site, servers, budget) {
  const rows = [];
  for (const [speed, title] of /** @type {const} */ ([
    [1 / 20, "at 1/20"],
    [1, "in real time"],
  ])) {
    const { page, lab } = await opened(browser, site, servers, 10);
    await lab.evaluate((element, rate) => {
      element.playbackRate = rate;
      element.play();
    }, speed);
    // What runs often is compiled anew in the first second.
    await page.waitForTimeout(1_000);
    const tasks = await tasksDuring(browser, () => page.waitForTimeout(PLAYED_MS));
    const drawn = framesOf(tasks);
    const own = drawn.map(({ drawnMs }) => drawnMs);
    const all = drawn.map(({ allMs }) => allMs);
    const name = `frame, ${servers} servers ${title}`;
    rows.push(
      atMost(`${name}: handler and drawing, median (CPU)`, median(own), "ms", budget),
      information(`${name}: handler and drawing, worst (CPU)`, Math.max(...own), "ms"),
      information(`${name}: whole thread, mean (CPU)`, mean(all), "ms"),
      information(`${name}: whole thread, worst (CPU)`, Math.max(...all), "ms"),
      information(`${name}: frames in a second`, (drawn.length * 1e3) / PLAYED_MS, "frames"),
    );
    await page.close();
  }
  return rows;
}

/**
 * From a real key press or click to the end of the task that draws its picture: the whole thread.
 * @param {Browser} browser
 * @param {string} site
 * @param {string} when
 * @param {number} seconds
 */
async function clicks(browser, site, when, seconds) {
  const { page, lab } = await opened(browser, site, 5, seconds);
  const server = page.locator('raft-lab .proxy[data-server="2"]');
  const middle = async (/** @type {string} */ selector) => {
    const box = await page.locator(`raft-lab ${selector}`).boundingBox();
    if (box === null) throw new Error(`${selector} cannot be seen.`);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2, wide: box.width };
  };
  const [crash, disc, send, step, tape] = await Promise.all(
    [".tool >> nth=4", '.proxy[data-server="2"]', ".request [type=submit]", ".transport button >> nth=3", ".tape"].map(
      middle,
    ),
  );
  if (!crash || !disc || !send || !step || !tape) throw new Error("The page lacks its controls.");
  const click = (/** @type {{ x: number, y: number }} */ { x, y }) => page.mouse.click(x, y);
  // Places that are far from each other, so that nothing is shown twice.
  const scrub = (/** @type {number} */ i) => click({ x: tape.x + tape.wide * (((i * 0.37) % 0.7) - 0.4), y: tape.y });
  const crashTool = () => click(crash);
  const actions = /** @type {const} */ ([
    ["crash and restart by key", "keydown", () => server.focus(), () => page.keyboard.press("c")],
    ["crash and restart by click", "click", crashTool, () => click(disc)],
    ["request by click", "click", null, () => click(send)],
    ["step by click", "click", null, () => click(step)],
    ["scrub", "pointerdown", null, scrub],
  ]);
  const rows = [];
  for (const [what, event, prepare, act] of actions) {
    await prepare?.();
    await page.waitForTimeout(PAUSE_MS);
    const tasks = await tasksDuring(browser, async () => {
      for (let i = 0; i < CLICKS; i++) {
        await act(i);
        await page.waitForTimeout(PAUSE_MS);
      }
    });
    const answers = answersTo(tasks, event);
    const pictures = answers.map(({ pictureMs }) => pictureMs);
    const panels = answers.map(({ panelsMs }) => panelsMs);
    const name = `${what} to its picture, ${when}`;
    rows.push(
      atMost(`${name}: whole thread, worst of ${pictures.length} (CPU)`, Math.max(...pictures), "ms", 16),
      information(`${name}: whole thread, median (CPU)`, median(pictures), "ms"),
      information(`${name}: the panels after it, worst (CPU)`, Math.max(...panels), "ms"),
    );
  }
  await lab.dispose();
  await page.close();
  return rows;
}

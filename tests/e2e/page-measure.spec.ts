/** Experiments in the page: the numbers of the terminal, in workers and without them, and every trial a run. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, type Lab, test } from "./page-fixtures.ts";

test.use({ viewport: { width: 1366, height: 768 } });

const dialog = (lab: Lab) => lab.root.locator("dialog[open]");
const status = (lab: Lab) => dialog(lab).locator("[role=status]");

async function openMeasure(lab: Lab): Promise<void> {
  await lab.button("Measure").click();
  await expect(dialog(lab).getByRole("combobox", { name: "Experiment" })).toBeVisible();
}

async function measure(lab: Lab, name: string, trials: string, set = ""): Promise<void> {
  await dialog(lab).getByRole("combobox", { name: "Experiment" }).selectOption(name);
  await dialog(lab).getByLabel("Trials of a curve").fill(trials);
  await dialog(lab).getByLabel("Settings").fill(set);
  await dialog(lab).getByRole("button", { name: "Measure", exact: true }).click();
}

async function saved(lab: Lab, page: Page, what: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent("download"), lab.button(`Save ${what}`).click()]);
  return readFileSync(await download.path(), "utf8");
}

const numbers = (lab: Lab) => dialog(lab).locator(".measures tbody").first();

test("an experiment comes to the numbers of the terminal, to the last digit", async ({ lab, page }) => {
  // The terminal program may have to be built.
  test.slow();
  await openMeasure(lab);
  await measure(lab, "time-to-elect", "40", "loss=5%");
  await expect(status(lab)).toHaveText(/^Done: 240 trials/, { timeout: 30_000 });
  await expect.poll(() => page.workers().length, "nobody is left behind").toBe(0);
  const args = ["run", "-q", "-p", "raft-cli", "--", "measure", "time-to-elect", "--trials", "40", "--set", "loss=5%"];
  const terminal = (form: string) => execFileSync("cargo", [...args, form], { encoding: "utf8" });
  expect(await saved(lab, page, "CSV")).toBe(terminal("--csv"));
  expect(JSON.parse(await saved(lab, page, "JSON"))).toEqual(JSON.parse(terminal("--json")));
});

test("where workers are forbidden the page plays it itself, and comes to the same", async ({ untouched, page, at }) => {
  const told = async (): Promise<string | null> => {
    await untouched.open(at.site);
    await openMeasure(untouched);
    await measure(untouched, "transfer", "30");
    await expect(status(untouched)).toHaveText(/^Done/, { timeout: 30_000 });
    return numbers(untouched).textContent();
  };
  const inWorkers = await told();
  await page.addInitScript(
    "delete window.Worker; window.Worker = class { constructor() { throw new Error('forbidden'); } };",
  );
  expect(await told()).toBe(inWorkers);
});

test("the single file measures from the disk, and its trials open in the ring", async ({ untouched: lab, at }) => {
  await lab.open(at.file);
  await openMeasure(lab);
  await measure(lab, "transfer", "20");
  await expect(status(lab)).toHaveText(/^Done/, { timeout: 30_000 });
  await numbers(lab).getByRole("button").first().click();
  await expect(dialog(lab)).toHaveCount(0);
  await expect(lab.headline).toContainText("S2");
  await lab.button("leader").click();
  await expect(lab.headline).toContainText("S2 becomes the leader");
});

test("a curve shows its trials to the pointer, and opens the one that is clicked", async ({ lab, page }) => {
  await openMeasure(lab);
  await measure(lab, "wan", "100");
  await expect(status(lab)).toHaveText(/^Done/, { timeout: 30_000 });
  const box = await dialog(lab).locator(".plot svg").first().boundingBox();
  if (box === null) throw new Error("there is no plot");
  // Along the middle of the height until a curve is met.
  for (let x = 0.2; x < 0.9 && !(await dialog(lab).locator(".picked").count()); x += 0.02)
    await page.mouse.move(box.x + box.width * x, box.y + box.height * 0.42);
  await expect(dialog(lab).locator(".told")).toHaveText(/^\d failed, trial \d+: [\d.,]+ ms$/);
  await page.mouse.down();
  await page.mouse.up();
  await expect(dialog(lab)).toHaveCount(0);
});

test("what was measured before is drawn and told beside what is measured now", async ({ lab }) => {
  await openMeasure(lab);
  await measure(lab, "transfer", "30");
  await expect(status(lab)).toHaveText(/^Done/);
  const before = await numbers(lab).locator("tr").first().locator("td").nth(1).textContent();
  await lab.button("Keep to compare").click();
  await measure(lab, "transfer", "30", "latency=20ms");
  await expect(numbers(lab).locator("tr", { hasText: "kept" }).first()).toContainText(before ?? "");
  await expect(dialog(lab).locator(".curve.kept")).toHaveCount(2);
  await expect(status(lab)).toHaveText(/^Done/);
  await lab.button("No comparison").click();
  await expect(dialog(lab).locator(".curve.kept")).toHaveCount(0);
});

test("it can be stopped, and keeps what it has; a wrong setting is told", async ({ lab, page }) => {
  await openMeasure(lab);
  await measure(lab, "figure-16", "100000");
  await expect(status(lab)).toHaveText("Measuring.");
  await expect(numbers(lab).locator("td").first()).not.toHaveText("0 of 0");
  await lab.button("Stop").click();
  await expect(status(lab)).toHaveText(/^Stopped after [\d,]+ of 1,100,000 trials\.$/);
  // The browser tells of their end a moment later.
  await expect.poll(() => page.workers().length).toBe(0);
  await measure(lab, "figure-16", "10", "latenzy=5ms");
  await expect(status(lab)).toContainText("did you mean latency?");
});

test("figures are saved as pictures that need no style sheet", async ({ lab, page }) => {
  await openMeasure(lab);
  await measure(lab, "figure-16", "10", "horizon=1s");
  await expect(status(lab)).toHaveText(/^Done/, { timeout: 30_000 });
  const picture = await saved(lab, page, "SVG");
  expect(picture).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(picture).toContain("From the crash of the leader");
  expect(picture.match(/stroke="rgb/g)?.length).toBeGreaterThan(10);
  expect(await saved(lab, page, "PNG")).toContain("PNG");
});

for (const theme of ["light", "dark"] as const) {
  for (const width of [1366, 390]) {
    test(`axe finds nothing: ${theme}, ${width} wide`, async ({ untouched: lab, page, at }) => {
      await page.setViewportSize({ width, height: 844 });
      await lab.open(at.site, `?theme=${theme}`);
      if (width === 390) await lab.button("Settings and sharing").click();
      await openMeasure(lab);
      await measure(lab, "wan", "20");
      await expect(status(lab)).toHaveText(/^Done/, { timeout: 30_000 });
      const { violations } = await new AxeBuilder({ page }).include("raft-lab").analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      const wide = await dialog(lab)
        .locator(".dialog-body")
        .evaluate((body) => body.scrollWidth > body.clientWidth);
      expect(wide, "nothing hangs out of the dialog").toBe(false);
    });
  }
}

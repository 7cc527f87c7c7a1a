/** The page before the engine is there: what it shows, what sends for the engine, and that nothing is lost meanwhile. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { test as base, expect, type Lab } from "./page-fixtures.ts";

/** The way of the engine to the page, in the test's hand. */
class Road {
  requests = 0;
  #state: "open" | "closed" | "broken" = "open";
  #waiting: (() => void)[] = [];

  async watch(page: Page): Promise<void> {
    await page.route("**/*.wasm", async (route) => {
      this.requests++;
      if (this.#state === "closed") await new Promise<void>((go) => this.#waiting.push(go));
      if (this.#state === "broken") await route.abort();
      else await route.continue();
    });
  }

  set(state: "open" | "closed" | "broken"): void {
    this.#state = state;
    if (state !== "closed") for (const go of this.#waiting.splice(0)) go();
  }
}

const test = base.extend<{ road: Road }>({
  road: async ({ page }, use) => {
    const road = new Road();
    await road.watch(page);
    await use(road);
  },
});

test.use({ viewport: { width: 1366, height: 768 } });

const loading = (lab: Lab) => lab.root.getByText("Loading the engine …");
const trouble = (lab: Lab) => lab.root.getByRole("group", { name: "The engine could not be loaded" });

test("the first view is whole without the engine", async ({ untouched: lab, page, road, at }) => {
  await lab.show(at.site);
  await expect(lab.root.getByRole("group", { name: "Start" }).getByRole("button", { name: "Play" })).toBeVisible();
  await expect(lab.root.locator(".proxy")).toHaveCount(5);
  await expect(lab.root.locator(".logs table tbody tr")).toHaveCount(5);
  await expect(lab.root.getByLabel("Number of servers")).toHaveValue("5");
  await expect(lab.root.locator("#summary")).toContainText("5 servers, term 0.");
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  expect(road.requests).toBe(0);
});

for (const query of ["", "?scenario=figure-7"]) {
  test(`nothing changes when the engine comes: ${query || "the default"}`, async ({
    untouched: lab,
    page,
    road,
    at,
  }) => {
    await lab.show(at.site, query);
    // The text of a run carries the digest of its world, so it also tells that the stored view is of this very engine.
    const before = { picture: await page.screenshot(), run: await lab.run() };
    expect(road.requests).toBe(0);
    await lab.root.evaluate((element) => (element as unknown as { load(): Promise<void> }).load());
    expect(road.requests).toBe(1);
    expect(await lab.run()).toBe(before.run);
    expect((await page.screenshot()).equals(before.picture)).toBe(true);
  });
}

test("the first key plays, however long the engine takes", async ({ untouched: lab, page, road, at }) => {
  await lab.show(at.site);
  road.set("closed");
  await lab.root.locator(".lab").focus();
  await page.keyboard.press("Space");
  await expect(loading(lab)).toBeVisible();
  expect(await lab.time()).toBe(0);
  road.set("open");
  await expect.poll(() => lab.time()).toBeGreaterThan(0.005);
  await expect(loading(lab)).toHaveCount(0);
  expect(road.requests).toBe(1);
});

test("at full size keys need no focus", async ({ untouched: lab, page, at }) => {
  await lab.show(at.site);
  await page.keyboard.press("Space");
  await expect.poll(() => lab.time()).toBeGreaterThan(0.005);
});

test("the first click on a server selects it, and what is chosen then is done when the engine comes", async ({
  untouched: lab,
  road,
  at,
}) => {
  await lab.show(at.site);
  road.set("closed");
  await lab.click(2);
  const menu = lab.root.locator(".stage-menu");
  await expect(menu).toContainText("S2");
  await expect(lab.server(2)).toHaveAttribute("aria-pressed", "true");
  await menu.getByRole("button", { name: "Crash" }).click();
  await lab.button("One event forward").click();
  await expect(lab.server(2)).not.toHaveAttribute("aria-label", /crashed/);
  road.set("open");
  await expect(lab.server(2)).toHaveAttribute("aria-label", /crashed/);
  await expect(lab.headline).toContainText("candidate");
});

test.describe("without a network", () => {
  test.use({ tolerated: /\.wasm|ERR_FAILED/ });

  test("a failed load is said, keeps what was wanted, and can be tried again", async ({
    untouched: lab,
    page,
    road,
    at,
  }) => {
    await lab.show(at.site);
    road.set("broken");
    const failed = page.waitForEvent("requestfailed");
    await page.mouse.move(1, 1);
    await failed;
    // Nothing was asked for yet, so there is nothing to complain about.
    await expect(trouble(lab)).toHaveCount(0);
    await lab.button("Play").first().click();
    await expect(trouble(lab)).toContainText("The network does not bring");
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    road.set("open");
    await trouble(lab).getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => lab.time()).toBeGreaterThan(0.005);
    await expect(trouble(lab)).toHaveCount(0);
  });
});

for (const query of ["?autoplay", "?seed=42", "?servers=3", "?scenario=nowhere", "#run=this-is-no-run"]) {
  test(`the engine is fetched at once where it is needed: ${query}`, async ({ untouched: lab, road, at }) => {
    await lab.show(at.site, query);
    await expect(lab.root.locator(".proxy").first()).toBeAttached();
    expect(road.requests).toBe(1);
  });
}

test("autoplay plays without a reader's doing", async ({ untouched: lab, at }) => {
  await lab.show(at.site, "?autoplay");
  await expect.poll(() => lab.time()).toBeGreaterThan(0.005);
});

test("a host page's call plays an untouched element", async ({ untouched: lab, at }) => {
  await lab.show(at.site);
  await lab.root.evaluate((element) => (element as unknown as { play(): void }).play());
  await expect.poll(() => lab.time()).toBeGreaterThan(0.005);
});

test("the single file plays at the first click", async ({ untouched: lab, at }) => {
  await lab.show(at.file);
  await lab.button("Play").first().click();
  await expect.poll(() => lab.time()).toBeGreaterThan(0.005);
});

test("several elements share one engine", async ({ page, road, at }) => {
  const host = `${at.site}host.html`;
  const labs = '<raft-lab style="display: block; height: 500px"></raft-lab>'.repeat(2);
  const body = `<!doctype html><html lang="en"><title>Notes</title><link rel="icon" href="data:,"><script type="module" src="app.js"></script>${labs}`;
  await page.route(host, (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto(host);
  const times = () =>
    page.evaluate(() => [...document.querySelectorAll("raft-lab")].map((lab) => (lab as HTMLVideoElement).currentTime));
  for (const lab of await page.locator("raft-lab").all()) {
    await lab.getByRole("group", { name: "Start" }).getByRole("button", { name: "Play" }).click();
  }
  await expect.poll(async () => Math.min(...(await times()))).toBeGreaterThan(0.005);
  expect(road.requests).toBe(1);
});

/** The hunt: from a rule's button to the story of its harm, in workers and without them. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Lab, test } from "./page-fixtures.ts";

test.use({ viewport: { width: 1366, height: 768 } });

const status = (lab: Lab) => lab.root.locator(".hunt [role=status]");
const STORY = /^Without “Up-to-date check”: seed \d+ does harm, in \d+ steps\.$/;

async function hunt(lab: Lab, title: string): Promise<void> {
  await lab.button(/^Rules: |rules? (is|are) off/).click();
  await lab.button(`Hunt without the rule: ${title}`).click();
}

async function findsAndShows(lab: Lab): Promise<string | null> {
  await hunt(lab, "Up-to-date check");
  await expect(status(lab)).toHaveText(STORY, { timeout: 30_000 });
  const told = await status(lab).textContent();
  await expect(lab.root.locator(".hunt li").first()).toContainText("Up-to-date check");
  await lab.button("Open the story").click();
  await expect(lab.root.locator("dialog[open]")).toHaveCount(0);
  await expect(lab.root.locator(".violation")).toHaveCount(0);
  await lab.button("Play").click();
  await expect(lab.root.locator(".violation")).toContainText("Leader Completeness");
  return told;
}

test("a rule's harm is found, told, and seen when its story is played", async ({ lab, page }) => {
  await findsAndShows(lab);
  await lab.button("Close the hunt").click();
  await expect(lab.root.locator(".hunt")).toHaveCount(0);
  expect(page.workers(), "nobody is left behind").toHaveLength(0);
});

test("the same commands do no harm with all rules on, and the harm can be returned to", async ({ lab }) => {
  await findsAndShows(lab);
  const harm = await lab.root.locator(".violation h2").textContent();
  await lab.root.locator(".violation").getByRole("button", { name: "The same with all rules on" }).click();
  await expect(lab.said).toContainText("The same commands from the start, with all rules on");
  await expect(lab.button("Rules: all on")).toBeVisible();
  await expect(lab.root.locator(".feed")).toContainText(/S\d refuses S3/, { timeout: 20_000 });
  await lab.button("Pause").click();
  await expect(lab.root.locator(".violation")).toHaveCount(0);
  await lab.button("Undo").click();
  await expect(lab.root.locator(".violation h2")).toHaveText(harm ?? "");
});

test("the single file hunts from the disk", async ({ untouched: lab, at }) => {
  await lab.open(at.file);
  await findsAndShows(lab);
});

test("where workers are forbidden the page hunts itself, and finds the same", async ({ untouched, page, at }) => {
  await untouched.open(at.site);
  const with2 = await findsAndShows(untouched);
  await page.addInitScript(
    "delete window.Worker; window.Worker = class { constructor() { throw new Error('forbidden'); } };",
  );
  await untouched.open(at.site);
  expect(await findsAndShows(untouched)).toBe(with2);
});

test("a hunt goes on above the stage when the dialog is closed, can be stopped, and closed", async ({
  untouched: lab,
  page,
  at,
}) => {
  // Workers that never find anything, counted.
  await page.addInitScript(
    "window.hunting = 0; window.Worker = class { constructor() { hunting++; } postMessage() {} terminate() { hunting--; } };",
  );
  await lab.open(at.site);
  const hunting = () => page.evaluate("hunting");
  await hunt(lab, "Up-to-date check");
  await expect(status(lab)).toContainText("looking for harm");
  expect(await hunting()).toBeGreaterThan(0);
  await page.keyboard.press("Escape");
  await expect(lab.root.locator(".notices .hunt")).toBeVisible();
  await lab.button("Stop").click();
  await expect(status(lab)).toContainText("stopped after 0 seeds");
  expect(await hunting()).toBe(0);
  await lab.button("Go on hunting").click();
  await expect(status(lab)).toContainText("looking for harm");
  await lab.button("Stop").click();
  await lab.button("Close the hunt").click();
  await expect(lab.root.locator(".hunt")).toHaveCount(0);
  expect(await hunting()).toBe(0);
});

test("can this go wrong from here?", async ({ lab }) => {
  await lab.runToLeader();
  await lab.button("Rules: all on").click();
  const ask = lab.button("Can this go wrong from here?");
  await expect(ask).toHaveCount(0);
  await lab.root.getByRole("switch", { name: "Up-to-date check" }).click();
  await ask.click();
  await expect(status(lab)).toContainText(/does harm, in/, { timeout: 30_000 });
});

test("a mistake is hunted for like a rule, and its stored story can be watched", async ({ lab }) => {
  await lab.button("Rules: all on").click();
  await lab.button("Hunt with the mistake: Counts votes of older terms").click();
  await expect(status(lab)).toHaveText(
    /^With the mistake “Counts votes of older terms”: seed \d+ does harm, in \d+ steps\.$/,
    {
      timeout: 30_000,
    },
  );
  await lab.button("Watch its story: Counts votes of older terms").click();
  await expect(lab.root.locator("dialog[open]")).toHaveCount(0);
  await expect(lab.button("Close the hunt")).toBeVisible();
  await expect(lab.root.locator(".violation")).toContainText("Election Safety", { timeout: 20_000 });
});

for (const scheme of ["light", "dark"] as const) {
  test.describe(scheme, () => {
    test.use({ colorScheme: scheme });
    for (const width of [1366, 390]) {
      test(`axe finds nothing: ${width} wide`, async ({ untouched: lab, page, at }) => {
        await page.setViewportSize({ width, height: 800 });
        await lab.open(at.site);
        if (width === 390) await lab.button("Settings and sharing").click();
        await hunt(lab, "Up-to-date check");
        await expect(status(lab)).toHaveText(STORY, { timeout: 30_000 });
        const findings = async () =>
          (await new AxeBuilder({ page }).analyze()).violations.flatMap((v) =>
            v.nodes.map((n) => `${v.id}: ${n.target}`),
          );
        expect(await findings()).toEqual([]);
        await page.keyboard.press("Escape");
        expect(await findings()).toEqual([]);
      });
    }
  });
}

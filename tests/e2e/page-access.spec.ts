/** The page by keyboard, by screen reader, on phones, small, and without motion. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Lab, test } from "./page-fixtures.ts";

const states: Record<string, (lab: Lab) => Promise<void>> = {
  poster: async () => undefined,
  paused: async (lab) => void (await lab.runToLeader()),
  playing: (lab) => lab.page.keyboard.press("k"),
  "inspector of a server": async (lab) => {
    await lab.runToLeader();
    await lab.click(1);
  },
  "inspector of everything": async (lab) => {
    await lab.runToLeader();
    await lab.root.getByRole("tab", { name: "Inspector" }).click();
  },
  faults: (lab) => lab.root.getByRole("tab", { name: "Faults" }).click(),
  scenarios: (lab) => lab.root.getByTitle("Choose a scenario").click(),
  rules: (lab) => lab.button("Rules: all on").click(),
  share: (lab) => lab.button("Share").click(),
  embed: (lab) => lab.button("Embed").click(),
  help: (lab) => lab.button("Help").click(),
};

for (const scheme of ["light", "dark"] as const) {
  test.describe(scheme, () => {
    test.use({ colorScheme: scheme, viewport: { width: 1366, height: 768 } });
    for (const [state, reach] of Object.entries(states)) {
      test(`axe finds nothing: ${state}`, async ({ lab, page }) => {
        await reach(lab);
        expect(await findings(page)).toEqual([]);
      });
    }
  });
}

async function findings(page: Lab["page"]): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${JSON.stringify(node.target)}`));
}

test("every key path: play, step, choose a server, crash it, describe, leave", async ({ lab, page }) => {
  await lab.button("Play").last().focus();
  await page.keyboard.press("k");
  await expect.poll(() => lab.time()).toBeGreaterThan(0);
  await page.keyboard.press("k");
  await page.keyboard.press(".");
  await expect(lab.said).not.toBeEmpty();
  await page.keyboard.press("n");
  await expect(lab.server(1)).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(lab.server(2)).toBeFocused();
  await page.keyboard.press("c");
  await expect(lab.server(2)).toHaveAttribute("aria-label", /crashed/);
  await page.keyboard.press("Control+z");
  await expect(lab.server(2)).not.toHaveAttribute("aria-label", /crashed/);
  await page.keyboard.press("d");
  await expect(lab.said).toContainText("No server leads");
  await page.keyboard.press("?");
  await expect(lab.root.locator("dialog[open]")).toContainText("play or pause");
  await page.keyboard.press("Escape");
  await expect(lab.server(2)).toBeFocused();
});

test("a partition is chosen and a message is picked up by keyboard alone", async ({ lab, page }) => {
  await lab.runToLeader();
  await lab.root.getByRole("tab", { name: "Faults" }).click();
  const partition = lab.root.getByRole("form", { name: "Partition" });
  await partition.getByRole("radio").first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(partition).toContainText("| S1");
  await lab.root.getByRole("tab", { name: "Inspector" }).click();
  await lab.root.locator(".panel-inspector .list button").first().focus();
  await page.keyboard.press("Enter");
  await expect(lab.root.locator(".stage-menu").getByRole("button", { name: "Deliver now" })).toBeFocused();
});

test("keys for something else on the page, in fields and with modifiers are left alone", async ({ lab, page }) => {
  await page.evaluate(() => document.body.appendChild(document.createElement("button")).focus());
  await page.keyboard.press("k");
  expect(await lab.time()).toBe(0);
  await lab.button("One event forward").click();
  await lab.root.getByLabel("Client request").fill("");
  await page.keyboard.type("k=5.");
  await expect(lab.root.getByLabel("Client request")).toHaveValue("k=5.");
  await expect(lab.button("Pause")).toHaveCount(0);
});

test("Tab goes through and leaves", async ({ lab, page }) => {
  await lab.runToLeader();
  await lab.root.getByTitle("Choose a scenario").focus();
  const seen = new Set<string>();
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press("Tab");
    const where = await lab.root.evaluate((element) => {
      const focus = element.shadowRoot?.activeElement;
      return focus ? (focus.getAttribute("aria-label") ?? focus.textContent?.trim() ?? focus.tagName) : null;
    });
    if (where === null) break;
    seen.add(where);
    expect(i, "Tab is caught in the element").toBeLessThan(119);
  }
  expect(seen.size).toBeGreaterThan(20);
});

test("the scrubber says the time, the event and the term", async ({ lab }) => {
  await lab.runToLeader();
  await expect(lab.root.getByRole("slider", { name: "Time" })).toHaveAttribute(
    "aria-valuetext",
    /^\d+\.\d ms, event \d+, term 1$/,
  );
});

test("the live region is silent while focus is elsewhere", async ({ lab }) => {
  await lab.root.evaluate((element) => (element as unknown as { step(): void }).step());
  await expect(lab.said).toBeEmpty();
});

for (const [width, height] of [
  [1440, 900],
  [1366, 768],
] as const) {
  test(`one screen without scrolling: ${width} by ${height}`, async ({ lab, page }) => {
    await page.setViewportSize({ width, height });
    await lab.runToLeader();
    const overflow = await page.evaluate(() => {
      const page = document.documentElement;
      return [page.scrollWidth - page.clientWidth, page.scrollHeight - page.clientHeight];
    });
    expect(overflow).toEqual([0, 0]);
    for (const place of [".top", ".stage", ".logs", ".story", ".tabbed", ".time"]) {
      const box = await lab.root.locator(place).boundingBox();
      expect(box && box.y >= 0 && box.y + box.height <= height + 1 && box.x + box.width <= width + 1, place).toBe(true);
    }
    const logs = lab.root.locator(".logs-scroll");
    expect(await logs.evaluate((element) => element.scrollHeight <= element.clientHeight + 1)).toBe(true);
  });
}

test.describe("phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("all that is said of a rule can be read without pushing it aside", async ({ lab }) => {
    await lab.button("Settings and sharing").click();
    await lab.button("Rules: all on").click();
    const body = lab.root.locator("dialog[open] .dialog-body");
    await expect(body).toContainText("Up-to-date check");
    expect(await body.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
  });

  test("stage, transport and headline are always there, the rest in sheets", async ({ lab, page }) => {
    expect(await findings(page)).toEqual([]);
    await lab.runToLeader();
    for (const sheet of ["Why", "Logs", "Happened", "Inspect", "Faults"]) {
      await lab.button(sheet).click();
      for (const place of [".stage-canvas", ".play", ".story h2"]) {
        await expect(lab.root.locator(place), `${place} beside ${sheet}`).toBeInViewport();
      }
      expect(await findings(page), sheet).toEqual([]);
      await lab.button(sheet).click();
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });

  test("a tap selects a server", async ({ lab, page }) => {
    await lab.runToLeader();
    const { x, y } = await lab.spot(2);
    await page.touchscreen.tap(x, y);
    await expect(lab.root.locator(".stage-menu")).toContainText("S2");
  });
});

test("without motion it still plays", async ({ lab, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await lab.button("Play").first().click();
  await expect.poll(() => lab.time()).toBeGreaterThan(0.01);
});

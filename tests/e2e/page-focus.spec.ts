/** The focus stays near where it was when what had it goes, so that the keyboard goes on working. */
import { expect, test } from "./page-fixtures.ts";

test.use({ viewport: { width: 1366, height: 768 } });

test("after Undo and Redo the focus is on the other of them, and keys go on working", async ({ lab, page }) => {
  const leader = await lab.runToLeader();
  await lab.server(leader).focus();
  await page.keyboard.press("c");
  // What can be undone is read after the picture; a button that is not ready takes no focus.
  await expect(lab.button("Undo")).toBeEnabled();
  await lab.button("Undo").focus();
  await page.keyboard.press("Enter");
  await expect(lab.button("Redo")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(lab.button("Undo")).toBeFocused();
  await page.keyboard.press("?");
  await expect(lab.root.locator("dialog[open]")).toContainText("play or pause");
});

test("where neither Undo nor Redo is left the laboratory itself has the focus", async ({ lab }) => {
  await lab.runToLeader();
  await lab.button("Send").click();
  // What can be undone is read after the picture; a button that is not ready takes no focus.
  await expect(lab.button("Undo")).toBeEnabled();
  await lab.button("Undo").focus();
  await lab.root.evaluate((element) => (element as unknown as { send(i: unknown): void }).send({ kind: "reset" }));
  await expect(lab.root.locator(".lab")).toBeFocused();
});

test("Measure hands the focus to Stop, and Stop hands it back", async ({ lab, page }) => {
  await lab.button("Measure").click();
  const dialog = lab.root.locator("dialog[open]");
  await dialog.getByLabel("Trials of a curve").fill("1000000");
  await dialog.getByRole("button", { name: "Measure", exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("button", { name: "Stop" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("button", { name: "Measure", exact: true })).toBeFocused();
});

test("after Show earlier the focus is on the first of the earlier lines", async ({ lab, page, at }) => {
  await lab.open(at.site, "?scenario=playground&seed=7");
  await lab.root.evaluate((element) => (element as unknown as { seek(seconds: number): void }).seek(0.3));
  const lines = lab.root.locator(".feed .line");
  await expect(lines).toHaveCount(24);
  await lab.button("Show earlier").focus();
  await page.keyboard.press("Enter");
  await expect(lab.button("Show earlier")).toHaveCount(0);
  await expect(lines.nth(24)).toBeFocused();
});

test("Esc from a message that was picked in the list leaves the focus in the inspector", async ({ lab, page }) => {
  await lab.runToLeader();
  await lab.root.getByRole("tab", { name: "Inspector" }).click();
  await lab.root.locator(".panel-inspector .list button").first().focus();
  await page.keyboard.press("Enter");
  await expect(lab.root.locator(".stage-menu").getByRole("button", { name: "Deliver now" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(lab.root.getByRole("tabpanel")).toBeFocused();
});

test("the arrows go from entry to entry of the logs, and say what each is", async ({ lab, page }) => {
  const leader = await lab.runToLeader();
  const logs = lab.root.getByRole("group", { name: /^Logs, drawn/ });
  await logs.focus();
  await page.keyboard.press("ArrowRight");
  await expect(lab.said).toHaveText("No log has an entry yet.");
  await lab.button("Send").click();
  await lab.button("Send").click();
  await lab.button("commit").click();
  await logs.focus();
  await page.keyboard.press("Enter");
  const panel = lab.root.locator(".panel-inspector h2");
  await expect(panel).toContainText(new RegExp(`^Entry \\d of S${leader}`));
  const newest = Number(((await panel.textContent()) ?? "").match(/\d+/)?.[0]);
  await page.keyboard.press("ArrowLeft");
  await expect(panel).toContainText(`Entry ${Math.max(1, newest - 1)} of S${leader}`);
  await page.keyboard.press("Home");
  await expect(lab.said).not.toHaveText("");
});

test("a new event is read from its headline on, even if the last one was read to its end", async ({ lab }) => {
  await lab.runToLeader();
  const story = lab.root.locator(".story");
  await story.evaluate((panel) => {
    panel.scrollTop = 1000;
  });
  await expect.poll(() => story.evaluate((panel) => panel.scrollTop)).toBeGreaterThan(0);
  await lab.button("One event back").click();
  await expect.poll(() => story.evaluate((panel) => panel.scrollTop)).toBe(0);
});

test("a panel that shows something else begins with its head", async ({ lab }) => {
  await lab.runToLeader();
  const panel = lab.root.getByRole("tabpanel");
  const pushed = (): Promise<number> => panel.evaluate((it) => it.scrollTop);
  await lab.root.getByRole("tab", { name: "Faults" }).click();
  await panel.evaluate((it) => {
    it.scrollTop = 300;
  });
  await expect.poll(pushed).toBe(300);
  await lab.root.getByRole("tab", { name: "Inspector" }).click();
  await expect.poll(pushed).toBe(0);
});

test("Heal leaves the focus among the faults", async ({ lab, page }) => {
  await lab.runToLeader();
  await lab.root.getByRole("tab", { name: "Faults" }).click();
  await lab.root.evaluate((element) =>
    (element as unknown as { send(i: unknown): void }).send({ kind: "command", text: "partition S1 | S2 S3 S4 S5" }),
  );
  await lab.root.getByRole("form", { name: "Partition" }).getByRole("button", { name: "Heal" }).focus();
  await page.keyboard.press("Enter");
  await expect(lab.button("Cut the groups apart")).toBeFocused();
});

test("the next server is chosen without leaving the form of faults", async ({ lab, page }) => {
  await lab.runToLeader();
  const faults = lab.root.getByRole("tab", { name: "Faults" });
  await faults.click();
  await page.keyboard.press("n");
  await expect(lab.server(1)).toBeFocused();
  await expect(faults).toHaveAttribute("aria-selected", "true");
});

/** The focus stays near where it was when what had it goes, so that the keyboard goes on working. */
import { expect, test } from "./page-fixtures.ts";

test.use({ viewport: { width: 1366, height: 768 } });

test("after Undo and Redo the focus is on the other of them, and keys go on working", async ({ lab, page }) => {
  const leader = await lab.runToLeader();
  await lab.server(leader).focus();
  await page.keyboard.press("c");
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

/** Sentences that answer the reader: where they are seen, who hears them, and when they go. */
import { expect, test } from "./page-fixtures.ts";

test.use({ viewport: { width: 1366, height: 768 } });

test("what is refused in a dialog is said in that dialog, and gone with it", async ({ lab, page }) => {
  await lab.root.getByTitle("Choose a scenario").click();
  const dialog = lab.root.locator("dialog[open]");
  await dialog.getByText("Write your own").click();
  await dialog.getByLabel("A scenario as text").fill("nonsense here");
  await dialog.getByRole("button", { name: "Open it" }).click();
  await expect(dialog.locator(".notice")).toContainText("nonsense");
  await expect(dialog.locator("[aria-live]")).toContainText("nonsense");
  await expect(lab.root.locator(".main .notice")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(lab.root.locator(".notice")).toHaveCount(0);
});

test("a scenario of one's own that is accepted opens, and its dialog closes", async ({ lab }) => {
  await lab.root.getByTitle("Choose a scenario").click();
  const dialog = lab.root.locator("dialog[open]");
  await dialog.getByText("Write your own").click();
  await dialog.getByLabel("A scenario as text").fill("servers: 3");
  await dialog.getByRole("button", { name: "Open it" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(lab.root.locator(".proxy")).toHaveCount(3);
});

test("that a link is copied is said in the dialog, and gone with it", async ({ lab, page }) => {
  await lab.button("Share").click();
  const dialog = lab.root.locator("dialog[open]");
  await dialog.getByRole("button", { name: "Copy" }).click();
  await expect(dialog.locator(".notice")).toHaveText(/Link copied\.|Copy the marked text/);
  await expect(dialog.locator("[aria-live]")).toHaveText(/Link copied\.|Copy the marked text/);
  await page.keyboard.press("Escape");
  await expect(lab.root.locator(".notice")).toHaveCount(0);
});

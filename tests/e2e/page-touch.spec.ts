/** Fingers: a tap is followed by a click, wherever it then hits. */
import { expect, test } from "./page-fixtures.ts";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test("a tap on any server opens its menu and does nothing else", async ({ lab, page }) => {
  await lab.button("leader").click();
  await expect(lab.root.locator(".proxy[aria-label*=leader]")).toHaveCount(1);
  for (const id of [1, 2, 3, 4, 5]) {
    const at = await lab.server(id).boundingBox();
    if (at === null) throw new Error(`S${id} cannot be seen.`);
    await page.touchscreen.tap(at.x + at.width / 2, at.y + at.height / 2);
    const menu = lab.root.locator(".stage-menu");
    await expect(menu).toContainText(`S${id} ·`);
    await expect(lab.root.locator("button[aria-label=Undo]"), "nothing was done").toBeDisabled();
    const box = await menu.boundingBox();
    if (box === null) throw new Error("The menu cannot be seen.");
    expect(Math.min(box.x, 390 - box.x - box.width), "it is all there").toBeGreaterThanOrEqual(0);
    const covered =
      at.x < box.x + box.width && box.x < at.x + at.width && at.y < box.y + box.height && box.y < at.y + at.height;
    expect(covered, `S${id} can still be seen`).toBe(false);
    if (id < 5) await menu.getByRole("button", { name: "Close" }).tap();
  }
  await lab.root.locator(".stage-menu").getByRole("button", { name: "Crash" }).tap();
  await expect(lab.server(5)).toHaveAttribute("aria-label", /crashed/);
});

test("a dialog's head stays in sight: only its body has something to scroll to", async ({ lab }) => {
  for (const dialog of ["rules", "scenario", "measure", "help"]) {
    await lab.root.evaluate(
      (element, name) => (element as unknown as { send(i: unknown): void }).send({ kind: "dialog", dialog: name }),
      dialog,
    );
    const box = lab.root.locator("dialog[open]");
    await expect(box).toHaveAttribute("data-dialog", dialog);
    // The border counts for what can be seen, not for what can be scrolled to.
    expect(await box.evaluate((it) => it.scrollHeight - it.clientHeight)).toBeLessThanOrEqual(2);
  }
});

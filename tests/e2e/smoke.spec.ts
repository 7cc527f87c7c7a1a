/** The page starts in each of its forms, with a run to play, and stays quiet. */
import { expect, test } from "./fixtures.ts";

for (const form of ["site", "subfolder", "file"] as const) {
  test(`the page starts: ${form}`, async ({ page, at }) => {
    await page.goto(at[form]);
    const lab = page.locator("raft-lab");
    await expect(lab.getByRole("group", { name: "Start" }).getByRole("button", { name: "Play" })).toBeVisible();
    await expect(lab.locator(".now")).toHaveText("0.0 ms");
  });
}

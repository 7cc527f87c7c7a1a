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

test("a seed that is refused leaves its field, and the run as it was", async ({ lab, page }) => {
  await lab.runToLeader();
  const [seed, before] = [lab.root.getByLabel("Seed"), await lab.run()];
  const holds = await seed.inputValue();
  await seed.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("abc");
  await page.keyboard.press("Enter");
  await expect(lab.root.locator(".notice")).toContainText("abc");
  await expect(seed).toHaveValue(holds);
  expect(await lab.run()).toBe(before);
});

test("a time that is refused is shown as it was typed, and its field shows what holds", async ({ lab, page }) => {
  await lab.runToLeader();
  await lab.root.getByRole("tab", { name: "Faults" }).click();
  const latency = lab.root.getByLabel("Latency");
  const holds = await latency.inputValue();
  await latency.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("banana");
  await page.keyboard.press("Enter");
  const notice = lab.root.locator(".notice p");
  expect(await notice.innerText()).toMatch(/^"banana" is not a time/);
  await expect(latency).toHaveValue(holds);
  await latency.fill("4ms");
  await latency.blur();
  await expect(latency).toHaveValue("4ms");
  await lab.button("Undo").click();
  await expect(latency).toHaveValue(holds);
});

for (const [how, again] of [
  ["Reset", "The run begins anew."],
  ["New seed", /Seed \d+: the run begins anew\./],
  ["9 servers", "9 servers: the run begins anew."],
  ["another scenario", "Playground: the run begins."],
] as const) {
  test(`what the reader did to a run can be had back after: ${how}`, async ({ lab }) => {
    const leader = await lab.runToLeader();
    await lab.server(leader).focus();
    await lab.page.keyboard.press("c");
    await expect(lab.server(leader)).toHaveAttribute("aria-label", /crashed/);
    const [changed, at] = [await lab.run(), await lab.time()];
    if (how === "9 servers") await lab.root.getByLabel("Number of servers").selectOption("9");
    else if (how === "another scenario") {
      await lab.root.getByTitle("Choose a scenario").click();
      await lab.root.getByRole("button", { name: /^Playground/ }).click();
    } else await lab.button(how).click();
    await expect(lab.said).toContainText(again);
    await expect(lab.root.locator(".notice")).toContainText(again);
    expect(await lab.time()).toBe(0);
    await lab.button("Back to the run before").click();
    await expect(lab.server(leader)).toHaveAttribute("aria-label", /crashed/);
    await expect(lab.root.locator(".notice")).toHaveCount(0);
    expect(await lab.time()).toBe(at);
    expect(await lab.run()).toBe(changed);
    await expect(lab.button("Undo")).toBeEnabled();
  });
}

test("a run that nobody changed is left without a notice, and the next one is said", async ({ lab }) => {
  await lab.runToLeader();
  await lab.button("Reset").click();
  await expect(lab.said).toHaveText("The run begins anew.");
  await expect(lab.root.locator(".notice")).toHaveCount(0);
});

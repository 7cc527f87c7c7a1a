/** The run in the address: parameters, links, files; and what happens with what cannot be read. */
import { readFileSync } from "node:fs";
import { expect, test } from "./page-fixtures.ts";

test("parameters choose the run", async ({ lab, at }) => {
  await lab.open(at.site, "?scenario=first-election&servers=7&seed=42&speed=1/100&theme=dark");
  await expect(lab.root.getByLabel("Number of servers")).toHaveValue("7");
  await expect(lab.root.getByLabel("Seed")).toHaveValue("42");
  await expect(lab.root.getByLabel("Speed")).toHaveValue("0.01");
  await expect(lab.root).toHaveAttribute("data-theme", "dark");
});

test("nodes means servers", async ({ lab, at }) => {
  await lab.open(at.site, "?nodes=3");
  await expect(lab.root.getByLabel("Number of servers")).toHaveValue("3");
});

test("autoplay plays", async ({ lab, at }) => {
  await lab.open(at.site, "?autoplay");
  await expect.poll(() => lab.time()).toBeGreaterThan(0.005);
});

for (const query of ["?servers=many", "?seed=abc", "?speed=fast", "?theme=pink", "?scenario=nowhere", "?colour=red"]) {
  test(`what cannot be used is said, and the default shown: ${query}`, async ({ lab, at }) => {
    await lab.open(at.site, query);
    await expect(lab.root.locator(".notice")).toHaveCount(1);
    await expect(lab.root.getByRole("group", { name: "Start" })).toBeVisible();
    await lab.button("Close this notice").click();
    await expect(lab.root.locator(".notice")).toHaveCount(0);
  });
}

test("reloading the address shows the same run", async ({ lab, page }) => {
  const leader = await lab.runToLeader();
  await lab.server(leader).focus();
  await page.keyboard.press("c");
  const run = await lab.run();
  // It is written once the reader pauses.
  await expect.poll(() => new URL(page.url()).hash).toContain(encodeURIComponent(run));
  await page.reload();
  await expect(lab.root.locator(".now")).not.toHaveText("0.0 ms");
  expect(await lab.run()).toBe(run);
  await page.keyboard.press("Escape");
});

test("a choice in the top bar is in the address", async ({ lab, page }) => {
  await lab.root.getByLabel("Number of servers").selectOption("3");
  await expect.poll(() => new URL(page.url()).searchParams.get("servers")).toBe("3");
  await page.reload();
  await expect(lab.root.getByLabel("Number of servers")).toHaveValue("3");
});

test("the shared link opens the same run in another tab", async ({ lab, context }) => {
  await lab.runToLeader();
  await lab.button("Send").click();
  await lab.button("Share").click();
  const link = await lab.root.locator("dialog").getByLabel("Link").inputValue();
  const other = await context.newPage();
  await other.goto(link);
  const run = () => other.locator("raft-lab").evaluate((element) => (element as unknown as { run: string }).run);
  await expect.poll(run).toBe(await lab.run());
});

test("a run is saved as a file and opened again", async ({ lab, page }) => {
  const leader = await lab.runToLeader();
  await lab.server(leader).focus();
  await page.keyboard.press("c");
  const run = await lab.run();
  await lab.button("Share").click();
  const download = page.waitForEvent("download");
  await lab.button("Save the run").click();
  const path = await (await download).path();
  // Read by people as well.
  expect(readFileSync(path, "utf8")).toMatch(/^raft-lab run 1\n(.*\n)*do /);
  await page.keyboard.press("Escape");
  await lab.button("Reset").click();
  expect(await lab.run()).not.toBe(run);
  await lab.button("Share").click();
  await lab.root.locator("input[type=file]").setInputFiles(path);
  await expect.poll(() => lab.run()).toBe(run);
});

test("a damaged link is refused with a sentence", async ({ lab, page }) => {
  await page.evaluate(() => {
    location.hash = "#run=this-is-no-run";
  });
  await expect(lab.root.locator(".notice")).toHaveCount(1);
});

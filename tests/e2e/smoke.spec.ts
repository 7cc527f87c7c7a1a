/** The page starts in each of its forms, shows the engine's version, and stays quiet. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "./fixtures.ts";

const manifest = readFileSync(resolve(import.meta.dirname, "../../Cargo.toml"), "utf8");
const version = /^version = "(.+)"$/m.exec(manifest)?.[1] ?? "no version in Cargo.toml";

for (const form of ["site", "subfolder", "file"] as const) {
  test(`the page starts: ${form}`, async ({ page, at }) => {
    await page.goto(at[form]);
    await expect(page.locator("raft-lab")).toContainText(version);
  });
}

/** What every end-to-end test gets: the built page in its forms, and a watch on what it must not do. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { test as base, expect } from "@playwright/test";
import { serve } from "../../scripts/serve.mjs";

const folder = resolve(import.meta.dirname, "../../dist");

interface Addresses {
  /** The site at the top of a server. */
  site: string;
  /** The site in a folder of a server. */
  subfolder: string;
  /** The single file, opened from the disk. */
  file: string;
}

export const test = base.extend<{ tolerated: RegExp; quiet: undefined }, { at: Addresses }>({
  /** Complaints that a test brings about itself. */
  tolerated: [/^$/, { option: true }],

  at: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures out of this pattern
    async ({}, use) => {
      const top = await serve({ folder });
      const below = await serve({ folder, prefix: "/courses/raft lab/" });
      await use({
        site: top.url,
        subfolder: below.url,
        file: pathToFileURL(resolve(folder, "raft-lab.html")).href,
      });
      await top.close();
      await below.close();
    },
    { scope: "worker" },
  ],

  /** Fails the test if the page complained in its console, threw, or asked another host for anything. */
  quiet: [
    async ({ page, at, tolerated }, use) => {
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(`console: ${message.text()}`);
      });
      page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
      page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
      page.on("request", (request) => {
        const { protocol, origin } = new URL(request.url());
        const own = [at.site, at.subfolder].map((url) => new URL(url).origin);
        const local = ["file:", "data:", "blob:"].includes(protocol) || own.includes(origin);
        if (!local) complaints.push(`request to another host: ${request.url()}`);
      });
      await use(undefined);
      expect(complaints.filter((complaint) => !tolerated.test(complaint))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

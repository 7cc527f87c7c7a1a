/** The element on somebody else's page: one script, no other file. */
import { expect, test } from "./fixtures.ts";

const scripts = {
  module: '<script type="module" src="embed/raft-lab.element.js"></script>',
  classic: '<script src="embed/raft-lab.element.iife.js"></script>',
  // Course notes that are put together from several sources may well bring the script along twice.
  twice:
    '<script src="embed/raft-lab.element.iife.js"></script><script type="module" src="embed/raft-lab.element.js"></script>',
};

for (const [kind, script] of Object.entries(scripts)) {
  test(`two elements start on a host page: ${kind}`, async ({ page, at }) => {
    const host = `${at.site}host.html`;
    const head = `<!doctype html><html lang="en"><title>Notes</title><link rel="icon" href="data:,">${script}`;
    await page.route(host, (route) =>
      route.fulfill({ contentType: "text/html", body: `${head}<raft-lab></raft-lab><raft-lab></raft-lab>` }),
    );
    const fetched: string[] = [];
    page.on("request", (request) => fetched.push(new URL(request.url()).pathname));

    await page.goto(host);
    for (const element of await page.locator("raft-lab").all()) {
      await expect(element.getByRole("group", { name: "Start" })).toBeVisible();
    }
    const allowed = /^\/(host\.html|embed\/raft-lab\.element(\.iife)?\.js|,)$/;
    expect(fetched.filter((path) => !allowed.test(path))).toEqual([]);
  });
}

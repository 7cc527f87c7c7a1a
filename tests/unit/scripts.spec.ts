/** The scripts' own small functions. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { fileFor } from "../../scripts/serve.mjs";
import { countTests, total } from "../../scripts/steps.mjs";

test.describe("the server of static files", () => {
  let folder: string;
  let site: string;

  test.beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "raft-lab-"));
    site = join(folder, "site");
    mkdirSync(join(site, "embed"), { recursive: true });
    for (const file of ["secret.txt", "site/index.html", "site/a b.js", "site-secret.txt"])
      writeFileSync(join(folder, file), "");
  });
  test.afterAll(() => rmSync(folder, { recursive: true }));

  test("finds files, with a query, a space, below a prefix, and a folder's page", () => {
    expect(fileFor(site, "/", "/")).toBe(join(site, "index.html"));
    expect(fileFor(site, "/", "/index.html?scenario=x#y")).toBe(join(site, "index.html"));
    expect(fileFor(site, "/", "/a%20b.js")).toBe(join(site, "a b.js"));
    expect(fileFor(site, "/sub/", "/sub/")).toBe(join(site, "index.html"));
  });

  test("never leaves its folder", () => {
    for (const url of [
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/..%2fsecret.txt",
      "/embed/../../secret.txt",
      "/../site-secret.txt",
      "//../secret.txt",
      "/index.html%00",
      "/%",
      "/embed",
      "/embed/",
      "/none",
    ]) {
      expect(fileFor(site, "/", url), url).toBeUndefined();
    }
    expect(fileFor(site, "/sub/", "/index.html")).toBeUndefined();
    expect(fileFor(site, "/sub/", "/sub")).toBeUndefined();
  });
});

test.describe("counting tests", () => {
  test("adds up cargo's closing lines", () => {
    const output = [
      "running 3 tests",
      "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
      "\u001b[1mtest result: \u001b[31mFAILED\u001b[0m. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out",
    ];
    expect(countTests(output.join("\n"))).toEqual({ passed: 5, failed: 1 });
  });

  test("reads Playwright's closing lines, where only tests that passed at once have passed", () => {
    const output =
      "Running 9 tests using 1 worker\n  1 failed\n    [e2e] › a.spec.ts\n  1 flaky\n  2 did not run\n  1 skipped\n  4 passed (5.7s)\n";
    expect(countTests(output)).toEqual({ passed: 4, failed: 4 });
  });

  test("counts a step that broke off as one failure", () => {
    const step = { name: "", command: "", args: [] };
    const broken = { step, ok: false, seconds: 0, counts: { passed: 0, failed: 0 } };
    const fine = { step, ok: true, seconds: 0, counts: { passed: 7, failed: 0 } };
    const build = { step, ok: true, seconds: 0 };
    expect(total([fine, build, broken])).toEqual({ passed: 7, failed: 1 });
  });
});

import { defineConfig } from "@playwright/test";
import { findChrome } from "./scripts/setup.mjs";

/** Two kinds of tests: of plain functions, which start no browser, and of the built page in Chromium. */
export default defineConfig({
  outputDir: "test-results",
  reporter: "list",
  forbidOnly: !!process.env.CI,
  // A machine under load is no failure; what is there is seen at once, however long one would wait for it.
  timeout: 60_000,
  expect: { timeout: 15_000 },
  projects: [
    { name: "unit", testDir: "tests/unit" },
    {
      name: "e2e",
      testDir: "tests/e2e",
      use: {
        // The system's browser; Playwright's own would have to be downloaded.
        launchOptions: { executablePath: findChrome() },
        screenshot: "only-on-failure",
      },
    },
  ],
});

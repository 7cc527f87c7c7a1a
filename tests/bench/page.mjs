/**
 * Measures the built page and the engine in it, in headless Chromium without a GPU.
 *
 * What is measured is a copy of the build: another build may go on meanwhile.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { serve } from "../../scripts/serve.mjs";
import { findChrome } from "../../scripts/setup.mjs";
import { root } from "../../scripts/shared.mjs";
import { elementRows } from "./element.mjs";
import { engineRows } from "./engine.mjs";

/** @typedef {import("../../scripts/bench.mjs").Row} Row */

/** A page that hangs must not hold up the one who waits for the figures. */
const LIMIT_MS = 600_000;

/** @returns {Promise<Row[]>} */
export async function measure() {
  const folder = mkdtempSync(join(tmpdir(), "raft-lab-bench-"));
  cpSync(join(root, "dist"), join(folder, "site"), { recursive: true });
  cpSync(join(root, "web", "pkg"), join(folder, "engine"), { recursive: true });
  writeFileSync(join(folder, "engine", "index.html"), "<!doctype html><title>Engine</title>");
  const server = await serve({ folder });
  const browser = await chromium.launch({ executablePath: findChrome(), args: ["--disable-gpu"] });
  const limit = setTimeout(() => browser.close(), LIMIT_MS);
  try {
    return [
      ...(await engineRows(browser, `${server.url}engine/`)),
      ...(await elementRows(browser, `${server.url}site/`)),
    ];
  } finally {
    clearTimeout(limit);
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

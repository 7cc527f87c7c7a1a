/**
 * Bundles the page in its forms into `dist/`; the engine must have been built to `web/pkg` before.
 *
 * - `index.html`, `app.js`, `raft_wasm_bg.wasm`: the site; it works in any folder of any server. The last is fetched
 *   when a reader turns up; until then the page shows what the engine has said here (`first-views.mjs`).
 * - `raft-lab.html`: the same in one file, which also opens from the disk.
 * - `embed/raft-lab.element.js` and `embed/raft-lab.element.iife.js`: the element for other pages, as module and as classic script.
 *
 * If `web/src/worker.ts` exists, it becomes `worker.js` beside the site and is offered to the others as `inline:worker`.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { engineOfBuild, firstViews } from "./first-views.mjs";
import { fail, root } from "./shared.mjs";

const dist = join(root, "dist");
const wasm = join(root, "web", "pkg", "raft_wasm_bg.wasm");
/** What a reader has to download before the page shows itself, and the most that it may weigh, in bytes of gzip. */
const FIRST_VIEW = ["index.html", "app.js"];
const FIRST_VIEW_MAX = 150_000;
const SCRIPT_TAG = '<script type="module" src="app.js"></script>';

if (!existsSync(wasm)) fail("web/pkg is missing: run `npm run wasm` first.");

/** Answers imports of `inline:...`, so that a bundle can carry what is made here or lies beside it. @type {esbuild.Plugin} */
const inline = {
  name: "inline",
  setup(build) {
    build.onResolve({ filter: /^inline:/ }, ({ path }) => ({ path, namespace: "inline" }));
    build.onLoad({ filter: /^inline:wasm$/, namespace: "inline" }, () => ({
      contents: readFileSync(wasm),
      loader: "binary",
    }));
    build.onLoad({ filter: /^inline:first-views$/, namespace: "inline" }, () => ({
      contents: JSON.stringify(views),
      loader: "json",
    }));
    build.onLoad({ filter: /^inline:worker$/, namespace: "inline" }, () =>
      worker === undefined
        ? { errors: [{ text: "web/src/worker.ts does not exist" }] }
        : { contents: worker, loader: "text" },
    );
  },
};

/** Imports a style sheet as text, as the element needs it, but without its comments and spaces. @type {esbuild.Plugin} */
const styles = {
  name: "styles",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const source = readFileSync(path, "utf8");
      const { code } = await esbuild.transform(source, { loader: "css", minify: true, target: "es2022" });
      return { contents: code, loader: "text" };
    });
  },
};

const views = firstViews(await engineOfBuild());
/** @type {string | undefined} */
let worker;
if (existsSync(join(root, "web/src/worker.ts"))) worker = await bundle("web/src/worker.ts", "iife");
/** @type {Record<string, string | Uint8Array>} */
const outputs = {
  "app.js": await bundle("web/src/page.ts", "esm"),
  ...(worker === undefined ? {} : { "worker.js": worker }),
  "index.html": readFileSync(join(root, "index.html"), "utf8"),
  "raft_wasm_bg.wasm": readFileSync(wasm),
  "raft-lab.html": await singleFile(),
  "embed/raft-lab.element.js": await bundle("web/src/element-inline.ts", "esm"),
  "embed/raft-lab.element.iife.js": await bundle("web/src/element-inline.ts", "iife"),
};

// Only now, so that a mistake in a source leaves the last good build in place.
rmSync(dist, { recursive: true, force: true });
for (const [name, content] of Object.entries(outputs)) {
  mkdirSync(dirname(join(dist, name)), { recursive: true });
  writeFileSync(join(dist, name), content);
}
for (const licence of ["LICENSE-MIT", "LICENSE-APACHE"]) {
  if (existsSync(join(root, licence))) copyFileSync(join(root, licence), join(dist, licence));
}
reportSizes();

/**
 * Bundles one entry and returns its text.
 * @param {string} entry
 * @param {"esm" | "iife"} format
 */
async function bundle(entry, format) {
  const result = await esbuild
    .build({
      absWorkingDir: root,
      entryPoints: [entry],
      format,
      bundle: true,
      minify: true,
      write: false,
      target: "es2022",
      // Styles are handed to the element as text: nothing may depend on a second file.
      loader: { ".svg": "text" },
      plugins: [inline, styles],
      logLevel: "warning",
    })
    // esbuild has already shown what is wrong; its stack trace would only hide it.
    .catch(() => fail(`Could not bundle ${entry}.`));
  return /** @type {esbuild.OutputFile} */ (result.outputFiles[0]).text;
}

/** The page with its script inside. A classic script, because module scripts are refused on file://. */
async function singleFile() {
  const page = readFileSync(join(root, "index.html"), "utf8");
  if (page.split(SCRIPT_TAG).length !== 2) fail(`index.html must contain this once: ${SCRIPT_TAG}`);
  const script = (await bundle("web/src/page-inline.ts", "iife"))
    // Both would end or bend the <script> element; in strings, templates and regular expressions \x3c means the same.
    .replace(/<(?=\/script|!--)/gi, "\\x3c");
  // A module script waits for the end of the page, a classic one does not: so it moves there.
  // The replacements are functions because "$" has a meaning in a replacement text.
  return page.replace(SCRIPT_TAG, "").replace("</body>", () => `<script>${script}</script>\n  </body>`);
}

/** Prints what a reader has to download. */
function reportSizes() {
  const kib = (/** @type {number} */ bytes) => `${(bytes / 1024).toFixed(1)} KiB`.padStart(12);
  console.log(`${"dist/".padEnd(32)}${"raw".padStart(12)}${"gzip".padStart(12)}`);
  for (const [name, content] of Object.entries(outputs)) {
    const bytes = Buffer.from(content);
    console.log(`${name.padEnd(32)}${kib(bytes.length)}${kib(zipped(content))}`);
  }
  const first = FIRST_VIEW.reduce((sum, name) => sum + zipped(/** @type {string} */ (outputs[name])), 0);
  const verdict = first <= FIRST_VIEW_MAX ? "holds" : "MISSED";
  const engine = zipped(/** @type {Uint8Array} */ (outputs["raft_wasm_bg.wasm"]));
  console.log(
    `first view: ${FIRST_VIEW.join(", ")}: ${(first / 1000).toFixed(1)} kB gzip of ${FIRST_VIEW_MAX / 1000} kB: ${verdict}; with the engine ${((first + engine) / 1000).toFixed(1)} kB`,
  );
}

/** The bytes of a file on its way. @param {string | Uint8Array} content */
function zipped(content) {
  return gzipSync(content, { level: 9 }).length;
}

/** Asks the built engine what it says of each built-in run before anything has happened; see `web/src/engine/first-views.ts`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./shared.mjs";

/**
 * @typedef {import("../web/src/engine/types.ts").Engine} Engine
 * @typedef {import("../web/src/engine/first-views.ts").Answers} Answers
 * @typedef {import("../web/src/engine/first-views.ts").FirstViews} FirstViews
 */

const pkg = join(root, "web", "pkg");
/** More columns than any scenario begins with entries. */
const EVERY_ENTRY = 1000;
const EVERY_LINE = 1000;

/** The engine of `web/pkg`, in this process. @returns {Promise<Engine>} */
export async function engineOfBuild() {
  const glue = await import(pathToFileURL(join(pkg, "raft_wasm.js")).href);
  glue.initSync({ module: readFileSync(join(pkg, "raft_wasm_bg.wasm")) });
  // Nobody hunts or measures while the page is built.
  const hunt = () => glue.Hunt.begin([], undefined, undefined, undefined, 0, 0);
  const experiment = () => glue.Experiment.begin("", [], undefined, "1");
  const { scenarios, experiments } = glue;
  return { open: glue.Lab.open, openRun: glue.Lab.openRun, scenarios, hunt, experiments, experiment };
}

/** @param {Engine} engine @returns {FirstViews} */
export function firstViews(engine) {
  const scenarios = engine.scenarios();
  const [first, ...others] = scenarios.map(({ name }) => answers(engine, name));
  if (first === undefined) throw new Error("There is no scenario.");
  const changes = scenarios.map(({ name }, i) => [name, i === 0 ? {} : difference(first, others[i - 1])]);
  return { scenarios, first, changes: Object.fromEntries(changes) };
}

/** @param {Engine} engine @param {string} scenario @returns {Answers} */
function answers(engine, scenario) {
  const lab = engine.open({ scenario });
  const settings = lab.settings();
  const ids = Array.from({ length: settings.servers }, (_, i) => i + 1);
  const all = {
    frame: [...lab.frame()],
    timeUs: lab.timeUs(),
    edgeUs: lab.edgeUs(),
    canUndo: lab.canUndo(),
    canRedo: lab.canRedo(),
    branches: lab.branches(),
    settings,
    servers: ids.map((id) => lab.server(id)),
    logs: lab.logs(1, EVERY_ENTRY),
    feed: lab.feed(EVERY_LINE, []),
    story: lab.story(),
    tape: lab.tape(),
    violations: lab.violations(),
    describe: lab.describe(),
    link: lab.link(),
  };
  lab.free();
  return all;
}

/**
 * What has to be changed in `from` to get `to`; undefined if nothing.
 * @param {unknown} from
 * @param {unknown} to
 * @returns {unknown}
 */
function difference(from, to) {
  if (JSON.stringify(from) === JSON.stringify(to)) return undefined;
  if (!alike(from, to)) return to;
  const parts = Object.entries(/** @type {object} */ (to)).map(([key, part]) => [
    key,
    difference(/** @type {Record<string, unknown>} */ (from)[key], part),
  ]);
  return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
}

/** Two objects, or two lists of one length: they can be compared part by part. @param {unknown} a @param {unknown} b */
function alike(a, b) {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  return Array.isArray(a) ? Array.isArray(b) && a.length === b.length : !Array.isArray(b);
}

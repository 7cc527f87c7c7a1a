/** Runs a list of commands in order, each under a heading, up to the first that fails; then says how they went. */
import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { root } from "./shared.mjs";

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {NodeJS.ProcessEnv} [env] added to the environment
 * @property {boolean} [tests] its closing lines tell how many tests passed and failed
 *
 * @typedef {{ passed: number, failed: number }} Counts
 * @typedef {{ step: Step, ok: boolean, seconds: number, counts?: Counts }} Outcome
 */

/** @param {Step[]} steps */
export async function runSteps(steps) {
  /** @type {Outcome[]} */
  const outcomes = [];
  for (const step of steps) {
    const outcome = await runStep(step);
    outcomes.push(outcome);
    if (!outcome.ok) break;
  }
  summarise(steps, outcomes);
  return outcomes;
}

/** All tests of all steps together. @param {Outcome[]} outcomes @returns {Counts} */
export function total(outcomes) {
  const sum = { passed: 0, failed: 0 };
  for (const { ok, counts } of outcomes) {
    sum.passed += counts?.passed ?? 0;
    // A step that broke off before its closing line has failed too, and "0 failed" must not be read out of that.
    sum.failed += counts?.failed || (ok ? 0 : 1);
  }
  return sum;
}

/**
 * Adds up the closing lines of cargo test and wasm-bindgen's runner (one for each file of tests), or those of Playwright.
 * @param {string} output
 * @returns {Counts}
 */
export function countTests(output) {
  const counts = { passed: 0, failed: 0 };
  const text = stripVTControlCharacters(output);
  for (const [, passed, failed] of text.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed;/gm)) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
  }
  for (const [, number, word] of text.matchAll(/^ {2}(\d+) (passed|failed|flaky|interrupted|did not run)\b/gm)) {
    if (word === "passed") counts.passed += Number(number);
    else counts.failed += Number(number);
  }
  return counts;
}

/** @param {Step} step @returns {Promise<Outcome>} */
async function runStep(step) {
  console.log(`\n=== ${step.name}\n`);
  const began = performance.now();
  const { status, output } = await tee(step);
  const seconds = (performance.now() - began) / 1000;
  const counts = step.tests ? countTests(output) : undefined;
  // A runner that finds no test at all is content; we are not.
  const empty = status === 0 && counts?.passed === 0;
  if (empty) console.error(`\n${step.name}: no test ran.`);
  return { step, ok: status === 0 && !empty, seconds, counts };
}

/** Runs the command, showing what it writes and keeping it. @param {Step} step */
function tee({ command, args, env }) {
  const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  /** @type {Array<["stdout" | "stderr", NodeJS.WriteStream]>} */
  const streams = [
    ["stdout", process.stdout],
    ["stderr", process.stderr],
  ];
  for (const [name, shown] of streams) {
    child[name].setEncoding("utf8").on("data", (text) => {
      output += text;
      shown.write(text);
    });
  }
  return new Promise((/** @type {(end: { status: number, output: string }) => void} */ done) => {
    child.on("error", (error) => {
      console.error(`${command}: ${error.message}`);
      done({ status: 127, output });
    });
    child.on("close", (status) => done({ status: status ?? 1, output }));
  });
}

/** @param {Step[]} steps @param {Outcome[]} outcomes */
function summarise(steps, outcomes) {
  const width = Math.max(...steps.map(({ name }) => name.length));
  console.log("\n=== summary\n");
  steps.forEach((step, i) => {
    const outcome = outcomes[i];
    const word = outcome === undefined ? "not run" : outcome.ok ? "ok" : "FAILED";
    const time = outcome === undefined ? "" : `${outcome.seconds.toFixed(1)} s`;
    const { passed, failed } = outcome?.counts ?? {};
    const tests = passed === undefined ? "" : `${passed} passed, ${failed} failed`;
    console.log(`${step.name.padEnd(width)}  ${word.padEnd(7)}  ${time.padStart(8)}  ${tests}`.trimEnd());
  });
}

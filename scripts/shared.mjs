/** What several scripts need: where the checkout is, how to find a program, and how to run one. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The top folder of the checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where cargo keeps what it downloads. */
export const cargoHome = process.env.CARGO_HOME || join(homedir(), ".cargo");

const endings = process.platform === "win32" ? [".exe", ".cmd", ".bat"] : [""];

/** Where the program `name` is on PATH, if it is. @param {string} name */
export function onPath(name) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (folder && existsSync(file)) return file;
    }
  }
  return undefined;
}

// rustup writes its folder into the shell's profile, so a shell that was open before has no cargo yet.
if (!onPath("cargo")) {
  for (const folder of [join(cargoHome, "bin"), join(homedir(), ".cargo", "bin")]) {
    if (existsSync(folder)) process.env.PATH = [process.env.PATH ?? "", folder].join(delimiter);
  }
}

/**
 * Runs a program at the top of the checkout and shows what it writes; ends this process if it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export function run(command, args, env = process.env) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", env });
  if (result.error) fail(`${command}: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/**
 * Runs a program silently; says whether it succeeded and what it wrote.
 * @param {string} command
 * @param {string[]} args
 */
export function ask(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const result = spawnSync(command, args, { cwd: root, encoding: "utf8", env, maxBuffer: 1 << 26 });
  const text = result.error ? result.error.message : `${result.stdout}${result.stderr}`;
  return { ok: result.status === 0, out: (result.stdout ?? "").trim(), text };
}

/** Ends the process with a sentence for the reader. @param {string} sentence @returns {never} */
export function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** Is this module the program that node was asked to run? @param {string} url its `import.meta.url` */
export const isMain = (url) => url === pathToFileURL(process.argv[1] ?? "").href;

/**
 * Makes sure that everything which the other commands need is there; silent if it is.
 *
 * Only node's standard library is used here, because this runs before the npm packages are installed.
 * Whatever can be installed without asking is installed, with one line each; for the rest a sentence says how.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ask, fail, isMain, onPath, root } from "./shared.mjs";

const NODE = [20, 11];
const TARGET = "wasm32-unknown-unknown";

/** Checks and installs. @param {{ browser?: boolean }} [need] `browser`: also what the tests in a browser need */
export function setup({ browser = false } = {}) {
  needNode();
  needPackages();
  needSystem(browser);
  needRust();
}

/** Chromium or Chrome: $CHROME, or the first of the usual names on PATH. */
export function findChrome() {
  return process.env.CHROME || first(["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]);
}

/** The WebDriver of that browser: $CHROMEDRIVER, or the one on PATH. */
export function findChromedriver() {
  return process.env.CHROMEDRIVER || first(["chromedriver"]);
}

/** @param {string[]} names */
function first(names) {
  return names.map(onPath).find(Boolean);
}

function needNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = NODE;
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    fail(`Node ${NODE.join(".")} or newer is needed; this is ${process.version}.`);
  }
}

function needPackages() {
  const lock = join(root, "package-lock.json");
  // npm writes this file at the end of an installation, so it also tells a broken-off one from a whole one.
  const installed = join(root, "node_modules", ".package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  const npm = process.env.npm_execpath;
  if (npm) install("npm packages", process.execPath, [npm, "ci"]);
  else install("npm packages", onPath("npm") ?? "npm", ["ci"]);
}

/** Programs that come from the system: a C linker for cargo, the browser and its driver. @param {boolean} browser */
function needSystem(browser) {
  const debian = missing(browser);
  if (debian.length === 0) return;
  const byHand = `apt-get update && apt-get install -y ${debian.join(" ")}`;
  const canInstall = existsSync("/etc/debian_version") && process.getuid?.() === 0 && onPath("apt-get");
  if (canInstall) {
    install("list of Debian packages", "apt-get", ["update"]);
    install(`Debian packages ${debian.join(", ")}`, "apt-get", ["install", "-y", ...debian]);
  }
  const left = missing(browser);
  if (left.length === 0) return;
  fail(
    [
      `Not found: ${left.join(", ")} (names of Debian's packages).`,
      `On Debian or Ubuntu this installs what is missing: ${byHand}`,
      "Elsewhere install them in the usual way; CHROME and CHROMEDRIVER may name a browser and driver that are not on PATH.",
    ].join("\n"),
  );
}

/** What is missing, as names of Debian's packages. @param {boolean} browser */
function missing(browser) {
  const packages = [];
  // Linking a build script is cargo's first step; a bare rustup installation fails there with a long message.
  if (process.platform === "linux" && !onPath("cc")) packages.push("gcc", "libc6-dev");
  if (browser && !findChrome()) packages.push("chromium");
  if (browser && !findChromedriver()) packages.push("chromium-driver");
  return packages;
}

function needRust() {
  if (!onPath("cargo")) {
    fail("Rust is needed: install it with rustup (https://rustup.rs), open a new shell, and run this again.");
  }
  if (rustIsComplete()) return;
  const channel = /channel = "([^"]+)"/.exec(readFileSync(join(root, "rust-toolchain.toml"), "utf8"))?.[1] ?? "stable";
  if (!onPath("rustup")) {
    fail(
      `Rust ${channel} with rustfmt, clippy and the target ${TARGET} is needed; rustup (https://rustup.rs) would install them.`,
    );
  }
  // Naming the channel with all that is wanted repairs a partial installation too, with every version of rustup.
  // Whether rustup itself is renewed is for its owner to say, and it fails where CARGO_HOME is not rustup's.
  const parts = [
    "--no-self-update",
    "--profile",
    "minimal",
    "--component",
    "rustfmt",
    "--component",
    "clippy",
    "--target",
    TARGET,
  ];
  install(`Rust ${channel} with rustfmt, clippy and ${TARGET}`, "rustup", ["toolchain", "install", channel, ...parts]);
}

function rustIsComplete() {
  const libraries = ask("rustc", ["--print", "target-libdir", "--target", TARGET]);
  if (!libraries.ok || !existsSync(libraries.out)) return false;
  return ask("cargo", ["fmt", "--version"]).ok && ask("cargo", ["clippy", "--version"]).ok;
}

/** @param {string} what @param {string} command @param {string[]} args */
function install(what, command, args) {
  console.log(`Installing ${what} ...`);
  const { ok, text } = ask(command, args);
  if (!ok) fail(`${text}\nFailed: ${command} ${args.join(" ")}`);
}

if (isMain(import.meta.url)) setup({ browser: process.argv.includes("--browser") });

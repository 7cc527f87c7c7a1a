/**
 * The address of the full page: its query configures the element, its fragment carries a run, and both follow what
 * the reader does. Only the page itself uses this; an embedded element never touches the address.
 */
import { PARAM_NAMES, unknownParams } from "../app/params.ts";
import { runInFragment } from "../share/link.ts";
import type { RaftLab } from "./raft-lab.ts";

/** Changes that follow one another this soon are written together, once their pictures are drawn. */
const PAUSE_MS = 200;

const RUN: readonly string[] = ["scenario", "servers", "nodes", "seed"];

/** Turns the query into attributes. Called before the element is defined, so that it opens only once. */
export function readAddress(element: Element): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of query) {
    if (PARAM_NAMES.some((known) => known === name) || name === "nodes") element.setAttribute(name, value);
  }
  const run = runInFragment(location.hash);
  if (run !== null) element.setAttribute("run", run);
}

/** Called after the element is defined. */
export function followAddress(lab: RaftLab): void {
  for (const text of unknownParams(new URLSearchParams(location.search).keys())) lab.notify(text);
  addEventListener("hashchange", ({ newURL }) => {
    const run = runInFragment(new URL(newURL).hash);
    if (run !== null) lab.openRun(run);
  });
  // The first run is what the address asked for; there is nothing to write yet.
  lab.addEventListener("load", () => writeChanges(lab), { once: true });
}

/** Writing is dear, and nobody reads the address in the moment of a click; but whoever turns to it finds it up to date. */
function writeChanges(lab: RaftLab): void {
  let pending = 0;
  const write = (): void => {
    if (pending === 0) return;
    clearTimeout(pending);
    pending = 0;
    writeAddress(lab);
  };
  lab.addEventListener("change", () => {
    if (pending === 0) pending = setTimeout(write, PAUSE_MS);
  });
  // The focus goes from the page to the address bar, to another tab, or the page is left.
  for (const leaving of ["blur", "pagehide"]) addEventListener(leaving, write);
}

/** Reloading the page, or sending its address to somebody, shows the same run. */
function writeAddress(lab: RaftLab): void {
  // A frame's address belongs to its host.
  if (window.parent !== window) return;
  const { setup, edited } = lab.opened;
  const url = new URL(location.href);
  url.hash = "";
  for (const name of RUN) url.searchParams.delete(name);
  if (edited || setup === null || setup.source !== undefined) url.hash = `run=${encodeURIComponent(lab.run)}`;
  else for (const [name, value] of Object.entries(setup)) url.searchParams.set(name, String(value));
  try {
    history.replaceState(history.state, "", url);
  } catch {
    // Some browsers refuse this for files; then the address just stays.
  }
}

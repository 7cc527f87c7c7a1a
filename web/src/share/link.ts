/** A run in the fragment of an address. The fragment never reaches a server. */

const KEY = "run=";

/** The run's text, or null if the fragment holds none. */
export function runInFragment(hash: string): string | null {
  const text = hash.replace(/^#/, "");
  if (!text.startsWith(KEY)) return null;
  try {
    return decodeURIComponent(text.slice(KEY.length));
  } catch {
    // A stray percent sign; let the engine say what is wrong with it.
    return text.slice(KEY.length);
  }
}

/** `address` with the run in its fragment; its query is left out, since the run holds all that it would say. */
export function linkTo(address: string, run: string): string {
  return `${address.replace(/[?#].*$/s, "")}#${KEY}${encodeURIComponent(run)}`;
}

/** Longer links are cut off by some mail programs and chat rooms. */
export const LONG_LINK = 2000;

export function iframeSnippet(link: string): string {
  return `<iframe src="${escapeAttribute(link)}" title="Raft Lab" width="100%" height="640" allowfullscreen></iframe>`;
}

export function elementSnippet(attributes: readonly (readonly [string, string])[]): string {
  const written = attributes.map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`).join("");
  return `<script type="module" src="raft-lab.element.js"></script>\n<raft-lab${written}></raft-lab>`;
}

export function escapeAttribute(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
}

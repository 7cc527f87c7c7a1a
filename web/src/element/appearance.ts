/** Which theme holds here, how much may move; and a word when either changes. */
import type { ThemeName } from "../app/intents.ts";

const QUERIES = [
  "(prefers-color-scheme: dark)",
  "(prefers-contrast: more)",
  "(forced-colors: active)",
  "(prefers-reduced-motion: reduce)",
];

export class Appearance {
  #queries: MediaQueryList[];
  #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
    this.#queries = QUERIES.map((query) => matchMedia(query));
    for (const query of this.#queries) query.addEventListener("change", changed);
  }

  get reducedMotion(): boolean {
    return this.#queries[3]?.matches ?? false;
  }

  /** "auto" follows the host page where it has chosen a scheme, and the reader's system where it has not. */
  resolve(theme: ThemeName, host: HTMLElement): Exclude<ThemeName, "auto"> {
    if (theme !== "auto") return theme;
    if (this.#queries[1]?.matches) return "contrast";
    const scheme = getComputedStyle(host.parentElement ?? document.documentElement).colorScheme;
    const dark = this.#queries[0]?.matches ?? false;
    if (/\bdark\b/.test(scheme)) return /\blight\b/.test(scheme) && !dark ? "light" : "dark";
    return /\blight\b/.test(scheme) ? "light" : dark ? "dark" : "light";
  }

  close(): void {
    for (const query of this.#queries) query.removeEventListener("change", this.#changed);
  }
}

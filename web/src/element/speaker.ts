/** The element's voice: one polite live region, silent unless focus is inside. */
import { maySay, type Speech, silent } from "../app/speech.ts";

export class Speaker {
  #host: HTMLElement;
  #speech: Speech = silent;

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  /** Whether it was said. */
  say(text: string, pressing: boolean): boolean {
    // On a page with several elements only the one in use may speak.
    if (!this.#host.matches(":focus-within")) return false;
    const now = performance.now();
    if (!maySay(this.#speech, text, now, pressing)) return false;
    const region = this.#host.shadowRoot?.querySelector(".live");
    if (!region) return false;
    // The same words twice would be swallowed; a space at the end makes them new.
    region.textContent = region.textContent === text ? `${text} ` : text;
    this.#speech = { last: text, saidAtMs: now };
    return true;
  }
}

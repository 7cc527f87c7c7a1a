/** The element's voice: one polite live region, and one in an open dialog, silent unless focus is inside. */
import type { DialogName } from "../app/intents.ts";
import { maySay, type Speech, silent } from "../app/speech.ts";

export class Speaker {
  #host: HTMLElement;
  #dialog: () => DialogName | null;
  #speech: Speech = silent;

  /** `dialog`: the one that is open, as soon as it is known. */
  constructor(host: HTMLElement, dialog: () => DialogName | null) {
    this.#host = host;
    this.#dialog = dialog;
  }

  /** Chromium does not count what lies in a modal dialog as within; the root knows of it. */
  get #hasFocus(): boolean {
    return this.#host.matches(":focus-within") || (this.#host.shadowRoot?.activeElement ?? null) !== null;
  }

  /** Whether it was said. */
  say(text: string, pressing: boolean): boolean {
    // On a page with several elements only the one in use may speak.
    if (!this.#hasFocus) return false;
    const now = performance.now();
    if (!maySay(this.#speech, text, now, pressing)) return false;
    const root = this.#host.shadowRoot;
    // What lies outside an open dialog is silent.
    const dialog = this.#dialog();
    const inside = dialog === null ? null : root?.querySelector(`[data-dialog="${dialog}"] .voice`);
    const region = inside ?? root?.querySelector(".live");
    if (!region) return false;
    // The same words twice would be swallowed; a space at the end makes them new.
    region.textContent = region.textContent === text ? `${text} ` : text;
    this.#speech = { last: text, saidAtMs: now };
    return true;
  }
}

/** Where the focus goes on from when what had it goes: from a place nearby, not from the top of the page. */
import type { Target } from "../scene/view.ts";

/** Places whose buttons stand for each other, the nearest first. */
const PLACES = ".pair, .measure-fields, .panel-feed, .panel-faults .acts";

export class Focus {
  #had: Element | null = null;
  #place: Element | null = null;
  /** The how many-th of its place it was. */
  #nth = 0;

  /** Before the panels are rendered anew. */
  note(root: ShadowRoot | undefined): void {
    this.#had = root?.activeElement ?? null;
    this.#place = this.#had?.closest(PLACES) ?? null;
    this.#nth = this.#had && this.#place ? buttons(this.#place).indexOf(this.#had as HTMLElement) : 0;
  }

  /** Afterwards. */
  keep(root: ShadowRoot, selected: Target | null): void {
    const had = this.#had;
    const has = root.activeElement;
    if (had === null || (has !== null && has !== had) || this.#stays(had, has)) return;
    (this.#neighbour() ?? fallback(root, had, selected))?.focus();
  }

  #stays(had: Element, has: Element | null): boolean {
    if (!had.isConnected || had.matches(":disabled") || !had.checkVisibility()) return false;
    // A line that left the feed has lent its element to another, which is not what had the focus.
    return has === had || !had.matches(".line");
  }

  #neighbour(): HTMLElement | undefined {
    const place = this.#place;
    if (!place?.isConnected || !place.checkVisibility()) return undefined;
    const all = buttons(place);
    const current = this.#had?.matches(".line") ? all.find((it) => it.matches("[aria-current=true]")) : undefined;
    return current ?? all[Math.min(this.#nth, all.length - 1)];
  }
}

/** Those that can have the focus, and the one that had it. */
function buttons(place: Element): HTMLElement[] {
  return [...place.querySelectorAll<HTMLElement>("button")].filter((it) => !it.matches(":disabled"));
}

function fallback(root: ShadowRoot, had: Element, selected: Target | null): HTMLElement | null {
  const find = (selector: string): HTMLElement | null => {
    const found = root.querySelector<HTMLElement>(selector);
    return found?.checkVisibility() ? found : null;
  };
  const dialog = find("dialog[open] .dialog-body");
  if (dialog !== null) return dialog;
  // Of a message that was picked up one wants to do something next, or to read what it is.
  if (selected?.kind === "message") return find(".stage-menu .acts button") ?? find(".tab-panel") ?? find(".lab");
  if (selected?.kind === "server") return find(`.proxy[data-server="${selected.id}"]`);
  return find(had.isConnected ? ".lab" : ".play");
}

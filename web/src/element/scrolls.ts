/** Panels that show something else than before begin with its head, even if the reader has pushed up what was there. */
import type { Model } from "../app/model.ts";
import type { Target } from "../scene/view.ts";

export class Scrolls {
  /** Panels that are pushed up. To ask each for its place whenever it is filled would cost a layout each time. */
  #pushed = new Set<Element>();
  #story = "";
  #tab = "";
  #selected: Target | null = null;

  /** A panel has been scrolled. */
  note(panel: Element): void {
    if (panel.scrollTop > 0) this.#pushed.add(panel);
    else this.#pushed.delete(panel);
  }

  /** After the panels have been rendered. */
  keep({ story, view }: Model): void {
    const told = story === null ? "" : `${story.event} ${story.headline}`;
    if (told !== this.#story) this.#back(".story");
    this.#story = told;
    // Who lets go of what was chosen from a list goes on in the list.
    const chosen = view.selected !== this.#selected && view.selected !== null;
    if (view.tab !== this.#tab || chosen) this.#back(".tab-panel");
    this.#tab = view.tab;
    this.#selected = view.selected;
  }

  #back(which: string): void {
    for (const panel of this.#pushed) if (panel.matches(which)) panel.scrollTop = 0;
  }
}

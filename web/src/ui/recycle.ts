/** A list whose elements outlive what they show: a line that leaves lends its element to one that comes. */
import { Directive, directive } from "lit/directive.js";
import { repeat } from "lit/directives/repeat.js";

class Recycle extends Directive {
  /** Which element shows which item. */
  #slots = new Map<string, number>();

  render<T>(items: readonly T[], keys: readonly string[], template: (item: T) => unknown): unknown {
    this.#slots = slotsFor(keys, this.#slots);
    return repeat(
      items,
      (_item, i) => this.#slots.get(keys[i] ?? ""),
      (item) => template(item),
    );
  }
}

export const recycle = directive(Recycle);

/** What stays keeps its slot, what is new takes one that has become free. */
export function slotsFor(keys: readonly string[], before: ReadonlyMap<string, number>): Map<string, number> {
  const taken = new Set(keys.flatMap((key) => before.get(key) ?? []));
  let free = 0;
  const next = (): number => {
    while (taken.has(free)) free++;
    return free++;
  };
  return new Map(keys.map((key) => [key, before.get(key) ?? next()]));
}

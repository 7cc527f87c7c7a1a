/** Looking for a scenario. */
import type { ScenarioInfo } from "../engine/types.ts";
import { count } from "./labels.ts";

/** Each word that is looked for stands somewhere on the card, or in the name that links have. */
export function findScenarios(all: readonly ScenarioInfo[], text: string): ScenarioInfo[] {
  const words = text.toLowerCase().replaceAll("§", "").split(/\s+/);
  return all.filter(({ name, title, section, about }) => {
    const card = [name, title, section, about].join(" ").toLowerCase();
    return words.every((word) => card.includes(word));
  });
}

export function tellFound(found: number, text: string): string {
  return found === 0 ? `No scenario speaks of “${text.trim()}”.` : `${count(found, "scenario")} found.`;
}

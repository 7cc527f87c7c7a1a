/**
 * The hunt: a search for a run in which a switched-off rule does harm. It goes on beside whatever the reader does, one
 * at a time, and what it has found is opened only if they ask for it.
 */
import type { News } from "../engine/party.ts";
import type { HuntResult } from "../engine/types.ts";
import type { App } from "./app.ts";
import type { Quest } from "./intents.ts";
import type { Supply } from "./source.ts";

export interface HuntView {
  quest: Quest;
  /** Titles of the rules that are off in it, and of the mistakes that are made. */
  without: readonly string[];
  making: readonly string[];
  state: "on" | "stopped" | "found" | "none" | "failed";
  /** Seeds that were tried for this quest. */
  seeds: number;
  /** Events a second; 0 while nobody knows. */
  rate: number;
  /** The lowest seed that does harm, and how many commands its story has by now. */
  found: number | null;
  steps: number | null;
  result: HuntResult | null;
  /** Why it failed. */
  trouble: string;
}

/** After so many seeds without harm the reader is asked whether it should go on. */
const SEEDS = 20_000;
/** How often figures that change with every report are shown. */
const SHOW_MS = 100;

export class Hunter {
  #app: App;
  #supply: Supply;
  #end: () => void = () => undefined;
  /** The run that the hunt begins with; undefined for an ordinary cluster. */
  #from: string | undefined;
  #next = 0;
  #seedsBefore = 0;
  #beganAt = 0;
  #shownAt = 0;

  constructor(app: App, supply: Supply) {
    this.#app = app;
    this.#supply = supply;
  }

  begin(quest: Quest): void {
    const { rules = [], mistakes = [] } = this.#app.model.settings ?? {};
    const { without, making } = idsOf(quest);
    const off = rules.filter((rule) => (quest === "here" ? !rule.on : without.includes(rule.id)));
    const made = mistakes.filter((mistake) => (quest === "here" ? mistake.on : making.includes(mistake.id)));
    this.#from = quest === "here" ? this.#app.keepRun() : undefined;
    this.#next = 0;
    this.#seedsBefore = 0;
    this.#hunt({
      quest,
      without: off.map((rule) => rule.title),
      making: made.map((mistake) => mistake.title),
      state: "on",
      seeds: 0,
      rate: 0,
      found: null,
      steps: null,
      result: null,
      trouble: "",
    });
  }

  /** After so many seeds without harm, or after a stop: with the first seed that is not known to do none. */
  goOn(): void {
    const hunt = this.#app.model.hunt;
    if (hunt === null) return;
    this.#seedsBefore = this.#next;
    this.#hunt({ ...hunt, state: "on", seeds: this.#next, rate: 0, found: null, steps: null });
  }

  stop(): void {
    this.#end();
    const hunt = this.#app.model.hunt;
    if (hunt?.state === "on") this.#app.model.hunt = { ...hunt, state: "stopped" };
  }

  close(): void {
    this.#end();
    this.#app.model.hunt = null;
  }

  /** The run right before the harm. What led to it stays in sight. */
  openStory(): void {
    const run = this.#app.model.hunt?.result?.run;
    if (run === undefined) return;
    this.#app.view({ dialog: null, sheet: null, poster: false });
    this.#app.openRun(run);
  }

  #hunt(hunt: HuntView): void {
    this.#end();
    this.#app.model.hunt = hunt;
    this.#beganAt = this.#shownAt = this.#app.host.now();
    const quarry = {
      ...idsOf(hunt.quest),
      ...(this.#from ? { from: this.#from } : {}),
      first: this.#next,
      count: SEEDS,
    };
    this.#end = this.#supply.hunt(quarry, (news) => this.#heard(news));
  }

  #heard(news: News): void {
    const { model, host } = this.#app;
    if (model.hunt === null) return;
    this.#next = news.next;
    const now = host.now();
    if (!news.done && now - this.#shownAt < SHOW_MS) return;
    this.#shownAt = now;
    model.hunt = {
      ...model.hunt,
      state: stateOf(news),
      seeds: this.#seedsBefore + news.seeds,
      rate: (news.events * 1000) / Math.max(1, now - this.#beganAt),
      found: news.found,
      steps: news.steps,
      result: news.result,
      trouble: news.trouble,
    };
    host.changed();
  }
}

/** Besides what is off and made in the run that it begins with. */
function idsOf(quest: Quest): { without: string[]; making: string[] } {
  if (quest === "here") return { without: [], making: [] };
  return "rule" in quest ? { without: [quest.rule], making: [] } : { without: [], making: [quest.mistake] };
}

function stateOf(news: News): HuntView["state"] {
  if (!news.done) return "on";
  if (news.trouble !== "") return "failed";
  return news.result === null ? "none" : "found";
}

/** The top bar: which run this is, which rules hold, and ways to take it along. Names, not icons alone. */
import { html, nothing, type TemplateResult } from "lit";
import type { Send, ThemeName } from "../app/intents.ts";
import { count } from "../app/labels.ts";
import { departures, type Model } from "../app/model.ts";
import { icon } from "./icons.ts";
import { act, button, choose, fieldOf, submitted, takeBack } from "./parts.ts";

const SIZES = [1, 2, 3, 4, 5, 6, 7, 9, 11, 15, 25, 51, 101];
const THEMES: { value: ThemeName; text: string }[] = [
  { value: "auto", text: "Auto" },
  { value: "light", text: "Light" },
  { value: "dark", text: "Dark" },
  { value: "contrast", text: "Contrast" },
];

export function topBar(model: Model, send: Send, readonly: boolean, headingLevel: number): TemplateResult {
  // Runs of a hunt or an experiment come from no scenario.
  const title = model.settings === null ? "Raft Lab" : model.settings.scenarioTitle || "Untitled run";
  return html`<div class="top">
    <p class="brand" role="heading" aria-level=${headingLevel}>Raft Lab</p>
    ${button(title, () => send({ kind: "dialog", dialog: "scenario" }), {
      icon: "down",
      kind: "scenario after",
      title: "Choose a scenario",
      disabled: readonly,
    })}
    <button
      type="button"
      class="more-button"
      aria-expanded=${model.view.sheet === "more"}
      @click=${() => send({ kind: "sheet", sheet: "more" })}
    >${icon("more")}<span class="hidden">Settings and sharing</span></button>
    <div class="top-more">
      ${readonly ? nothing : runFields(model, send)}
      <span class="spring"></span>
      ${rulesButton(model, send)}
      ${act(send, "Measure", { kind: "dialog", dialog: "measure" }, { title: "Experiments over many runs: time to elect, time to replicate" })}
      ${act(send, "Share", { kind: "dialog", dialog: "share" })}
      ${act(send, "Embed", { kind: "dialog", dialog: "embed" })}
      ${choose("Theme", model.view.theme, THEMES, (theme) => send({ kind: "theme", theme: theme as ThemeName }))}
      ${act(send, "Help", { kind: "dialog", dialog: "help" }, { title: "Keys and signs (?)" })}
    </div>
  </div>`;
}

function runFields(model: Model, send: Send): TemplateResult {
  const servers = model.settings?.servers ?? 0;
  const seed = model.settings?.seed ?? "";
  const sizes = [...new Set([...SIZES, servers])].filter((n) => n > 0).sort((a, b) => a - b);
  const choices = sizes.map((n) => ({ value: String(n), text: count(n, "server") }));
  const reopen = (change: { servers?: number; seed?: string }): void =>
    send({ kind: "open", setup: { ...model.setup, ...(seed ? { seed } : {}), ...change } });
  const reseed = (event: Event): void => {
    const asked = takeBack(fieldOf(event, "seed"), seed);
    if (asked !== seed) reopen({ seed: asked });
  };
  return html`
    ${choose("Number of servers", String(servers), choices, (n) => reopen({ servers: Number(n) }), { hideLabel: true })}
    <form class="seed" @submit=${submitted(reseed)}>
      <label>
        <span class="label">Seed</span>
        <input
          name="seed"
          .value=${seed}
          inputmode="numeric"
          autocomplete="off"
          spellcheck="false"
          @change=${reseed}
        />
      </label>
      ${act(send, "New seed", { kind: "new-seed" }, { title: "The same scenario with other chances" })}
    </form>
    ${act(send, "Reset", { kind: "reset" }, { title: "Begin again, without what you did" })}
    <span class="pair">
      ${act(send, "Undo", { kind: "undo" }, { icon: "undo", iconOnly: true, disabled: !model.canUndo, title: "Undo your last action (Ctrl Z)" })}
      ${act(send, "Redo", { kind: "redo" }, { icon: "redo", iconOnly: true, disabled: !model.canRedo, title: "Redo your action (Ctrl Shift Z)" })}
    </span>
  `;
}

function rulesButton(model: Model, send: Send): TemplateResult {
  const amiss = departures(model.settings);
  const text = amiss || "Rules: all on";
  const open = () => send({ kind: "dialog", dialog: "rules" });
  return button(text, open, amiss === "" ? {} : { kind: "warn", icon: "warning" });
}

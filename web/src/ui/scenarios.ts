/** The built-in scenarios in groups, each with its line, and a place for one's own. */
import { html, nothing, type TemplateResult } from "lit";
import { findScenarios, tellFound } from "../app/find.ts";
import type { Send } from "../app/intents.ts";
import type { Model } from "../app/model.ts";
import type { ScenarioInfo, Setup } from "../engine/types.ts";
import { field, section, submitted } from "./parts.ts";

/** What a scenario is about stands in its name. */
const GROUPS: readonly { title: string; holds: (name: string) => boolean }[] = [
  { title: "Raft at work", holds: (name) => !/^(figure|partial|deaf|unheard|without|mistake)-/.test(name) },
  { title: "The paper's figures", holds: (name) => name.startsWith("figure-") },
  { title: "Partial partitions", holds: (name) => /^(partial|deaf|unheard)-/.test(name) },
  { title: "A rule is off", holds: (name) => name.startsWith("without-") },
  { title: "A mistake is made", holds: (name) => name.startsWith("mistake-") },
];

export function scenarioBody(model: Model, send: Send): TemplateResult {
  const open = (setup: Setup): void => send({ kind: "open", setup });
  const choose = (setup: Setup): void => {
    send({ kind: "dialog", dialog: null });
    open(setup);
  };
  const current = model.settings?.scenario ?? "";
  const found = findScenarios(model.scenarios, model.view.find);
  return html`
    <label class="find">
      <span class="label">Find</span>
      <input
        type="search"
        placeholder="A word, like vote, or 5.4"
        spellcheck="false"
        .value=${model.view.find}
        @input=${(e: Event) => send({ kind: "find", text: (e.target as HTMLInputElement).value })}
      />
    </label>
    ${found.length === 0 ? html`<p class="quiet">${tellFound(0, model.view.find)}</p>` : nothing}
    ${GROUPS.map(({ title, holds }) => {
      const some = found.filter((s) => holds(s.name));
      if (some.length === 0) return nothing;
      return html`<h3>${title}</h3>
        <ul class="scenarios">${some.map((s) => card(s, s.name === current, () => choose({ scenario: s.name })))}</ul>`;
    })}
    <details>
      <summary>Write your own</summary>
      <form @submit=${submitted((e) => open({ source: field(e, "source") }))}>
        <label>
          <span class="label">A scenario as text</span>
          <textarea name="source" rows="8" spellcheck="false" placeholder="servers: 5"></textarea>
        </label>
        <div class="acts"><button type="submit" class="primary">Open it</button></div>
      </form>
    </details>
  `;
}

function card(scenario: ScenarioInfo, current: boolean, open: () => void): TemplateResult {
  return html`<li>
    <button type="button" class="scenario-card" aria-current=${current ? "true" : "false"} @click=${open}>
      <strong>${scenario.title}</strong> ${section(scenario.section)}
      <span class="quiet">${scenario.about}</span>
    </button>
  </li>`;
}

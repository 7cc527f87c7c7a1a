/** All rules, each with what it says, what happens in its place and the harm; below them the options and the mistakes. */
import { html, nothing, type TemplateResult } from "lit";
import * as commands from "../app/commands.ts";
import type { Quest, Send } from "../app/intents.ts";
import { departures, type Model } from "../app/model.ts";
import type { SwitchInfo } from "../engine/types.ts";
import { huntButton, huntFor } from "./hunt.ts";
import { section, withAllRules } from "./parts.ts";

export function rulesBody(model: Model, send: Send): TemplateResult {
  const { rules = [], options = [], mistakes = [] } = model.settings ?? {};
  return html`
    <p>Switch a rule off to see what it is for. The switch takes effect from this moment of the run, and can be undone.</p>
    ${here(model, send)}
    <table class="rules">
      <thead>
        <tr><th scope="col">On</th><th scope="col">Rule</th><th scope="col">When it is off</th><th scope="col">Harm</th></tr>
      </thead>
      <tbody>
        ${rules.map((r) => ruleRows(r, model, send))}
      </tbody>
    </table>
    ${
      options.length === 0
        ? nothing
        : html`<h3>Options</h3>
            <p class="quiet">They change the protocol beyond the paper's Figure 2 and are off at first.</p>
            <table class="rules">
              <thead><tr><th scope="col">On</th><th scope="col">Option</th><th scope="col">What it changes</th></tr></thead>
              <tbody>
                ${options.map((o) => row(o, (on) => send({ kind: "command", text: commands.setOption(o.id, on) })))}
              </tbody>
            </table>`
    }
    ${
      mistakes.length === 0
        ? nothing
        : html`<h3>Mistakes</h3>
            <p class="quiet">Public implementations of Raft really made them. They are off at first.</p>
            <table class="rules mistakes">
              <thead>
                <tr>
                  <th scope="col">Make it</th><th scope="col">Mistake</th>
                  <th scope="col">What is right</th><th scope="col">Harm</th>
                </tr>
              </thead>
              <tbody>
                ${mistakes.map((m) => mistakeRows(m, model, send))}
              </tbody>
            </table>`
    }
  `;
}

function ruleRows(rule: SwitchInfo, model: Model, send: Send): TemplateResult {
  const flip = (on: boolean): void => send({ kind: "command", text: commands.setRule(rule.id, on) });
  return harmful(rule, flip, { rule: rule.id }, "without the rule", model, send);
}

function mistakeRows(mistake: SwitchInfo, model: Model, send: Send): TemplateResult {
  const flip = (on: boolean): void => send({ kind: "command", text: commands.setMistake(mistake.id, on) });
  return harmful(mistake, flip, { mistake: mistake.id }, "with the mistake", model, send);
}

/** A switch that does harm: it can be hunted for, and a stored story shows it. */
function harmful(
  info: SwitchInfo,
  flip: (on: boolean) => void,
  quest: Quest,
  how: string,
  model: Model,
  send: Send,
): TemplateResult {
  const hunt = huntFor(quest, model.hunt, send);
  const acts = html`<span class="acts">
    ${huntButton(quest, "Hunt", `Hunt ${how}: ${info.title}`, send)} ${storyButton(info, send)}
  </span>`;
  return html`
    ${row(info, flip, acts)}
    ${hunt === nothing ? nothing : html`<tr class="hunt-row"><td colspan="4">${hunt}</td></tr>`}
  `;
}

/** Plays the stored scenario in which the harm is done, from its start. */
function storyButton(info: SwitchInfo, send: Send): TemplateResult {
  const open = (): void => {
    send({ kind: "dialog", dialog: null });
    send({ kind: "open", setup: { scenario: info.story } });
    send({ kind: "play" });
  };
  return html`<button type="button" aria-label=${`Watch its story: ${info.title}`} @click=${open}>Watch its story</button>`;
}

/** Only switched-off rules and mistakes can do harm. */
function here(model: Model, send: Send): TemplateResult {
  const off = departures(model.settings) !== "";
  const ask = "Can this go wrong from here?";
  return html`
    <p class="quiet">
      Hunt finds out what a rule is for, or what comes of a mistake: it looks for a run that does harm, and makes its story as short as it can be.
      ${off ? nothing : `If a rule is off or a mistake is made, you can also ask: ${ask}`}
    </p>
    ${off ? html`<div class="acts">${huntButton("here", ask, ask, send)} ${withAllRules(send)}</div>` : nothing}
    ${huntFor("here", model.hunt, send)}
  `;
}

function row(info: SwitchInfo, flip: (on: boolean) => void, hunt: unknown = nothing): TemplateResult {
  const mistake = info.kind === "mistake";
  const rule = !mistake && info.kind !== "option";
  return html`<tr class=${info.on === mistake && (rule || mistake) ? "is-off" : ""}>
    <td>
      <input
        type="checkbox"
        role="switch"
        aria-label=${info.title}
        .checked=${info.on}
        @change=${(e: Event) => flip((e.target as HTMLInputElement).checked)}
      />
    </td>
    <th scope="row">
      ${info.title} ${section(info.section)} ${rule ? html`<span class="tag">${info.kind}</span>` : nothing}
      <span class="quiet">${info.statement}</span>
    </th>
    <td>${info.instead}</td>
    ${rule || mistake ? html`<td>${info.harm} ${hunt}</td>` : nothing}
  </tr>`;
}

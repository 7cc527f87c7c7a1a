/** A hunt: how far it is, and what it has found. Beside its rule while the dialog is open, otherwise above the stage. */
import { html, nothing, type TemplateResult } from "lit";
import type { HuntView } from "../app/hunt.ts";
import type { Quest, Send } from "../app/intents.ts";
import { count } from "../app/labels.ts";
import { act, withAllRules } from "./parts.ts";

/** `departs`: the run at hand does what it hunts for, as an opened story does. */
export function huntPanel(hunt: HuntView, send: Send, told: boolean, departs: boolean): TemplateResult {
  const { state, result } = hunt;
  const on = state === "on";
  return html`<section class="hunt" role="group" aria-label="The hunt">
    <div>
      <p role="status">${status(hunt)}</p>
      ${on ? html`<p class="quiet">${figures(hunt)}</p>` : nothing}
    </div>
    <div class="acts">
      ${result === null ? nothing : act(send, "Open the story", { kind: "open-story" }, { kind: "primary" })}
      ${result !== null && departs ? withAllRules(send) : nothing}
      ${state === "stopped" || state === "none" ? act(send, "Go on hunting", { kind: "hunt-on" }) : nothing}
      ${on ? act(send, "Stop", { kind: "hunt-stop" }) : act(send, "Close the hunt", { kind: "hunt-close" })}
    </div>
    ${result === null ? nothing : account(result.account, told)}
  </section>`;
}

/** Begins a hunt. `name` says without what, where the text alone does not. */
export function huntButton(quest: Quest, text: string, name: string, send: Send): TemplateResult {
  return html`<button type="button" aria-label=${name} @click=${() => send({ kind: "hunt", quest })}>${text}</button>`;
}

/** The hunt, if it is this one. */
export function huntFor(quest: Quest, hunt: HuntView | null, send: Send): TemplateResult | typeof nothing {
  return hunt !== null && same(hunt.quest, quest) ? huntPanel(hunt, send, true, false) : nothing;
}

function same(a: Quest, b: Quest): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** What is said aloud: it changes only when the hunt has come to something. */
function status(hunt: HuntView): string {
  const without = conditions(hunt);
  const place = hunt.quest === "here" ? ", from the moment you chose" : "";
  if (hunt.result !== null)
    return `${without}${place}: seed ${hunt.result.seed} does harm, in ${count(hunt.result.steps, "step")}.`;
  const tried = seeds(hunt);
  switch (hunt.state) {
    case "on":
      return hunt.found === null
        ? `${without}${place}: looking for harm.`
        : `${without}: seed ${hunt.found} does harm.`;
    case "none":
      return `${without}${place}: no harm in ${tried}.`;
    case "stopped":
      return `${without}${place}: stopped after ${tried}.`;
    default:
      return `The hunt has failed: ${hunt.trouble}`;
  }
}

/** "Without “Up-to-date check”", "With the mistake “…”" */
function conditions(hunt: HuntView): string {
  const titles = (list: readonly string[]): string => list.map((title) => `“${title}”`).join(" and ");
  const mistakes = hunt.making.length === 1 ? "the mistake" : "the mistakes";
  const made = hunt.making.length > 0 ? `with ${mistakes} ${titles(hunt.making)}` : "";
  const off = hunt.without.length > 0 ? `without ${titles(hunt.without)}` : "";
  const words = [off, made].filter(Boolean).join(", ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function figures(hunt: HuntView): string {
  const rate = hunt.rate === 0 ? "" : ` · ${figure(Math.round(hunt.rate / 1000) * 1000)} events a second`;
  const story = hunt.steps === null ? "" : ` · its story gets shorter: ${count(hunt.steps, "step")}`;
  return `${seeds(hunt)} tried${rate}${story}`;
}

function seeds(hunt: HuntView): string {
  return hunt.seeds === 1 ? "1 seed" : `${figure(hunt.seeds)} seeds`;
}

function figure(n: number): string {
  return n.toLocaleString("en");
}

/** Above the stage it is folded: the stage is what is to be seen there. */
function account(sentences: readonly string[], open: boolean): TemplateResult {
  return html`<details ?open=${open}>
    <summary>What leads to it</summary>
    <ol>${sentences.map((text) => html`<li>${text}</li>`)}</ol>
  </details>`;
}

/** The event at hand: what happened, why, under which condition, by which rule, and what led to it. */
import { html, nothing, type TemplateResult } from "lit";
import type { Send } from "../app/intents.ts";
import { time } from "../app/labels.ts";
import type { Story } from "../engine/types.ts";
import { icon } from "./icons.ts";
import { section } from "./parts.ts";

export function storyPanel(story: Story | null, send: Send): TemplateResult {
  return html`<section class="story card" role="group" aria-label="The event at hand" tabindex="0">
    ${story === null ? beforeAnything() : told(story, send)}
  </section>`;
}

function beforeAnything(): TemplateResult {
  return html`
    <p class="meta">Nothing has happened yet</p>
    <h2>The servers wait</h2>
    <p>Each has an election timer, the arc around it. Whose timer runs out first asks the others for their votes.</p>
    <p class="quiet">Play, or step from event to event. Every step is explained here.</p>
  `;
}

function told(story: Story, send: Send): TemplateResult {
  return html`
    <p class="meta">${time(story.timeUs)} · ${story.because}</p>
    <h2>${story.headline.replace(/\.$/, "")}</h2>
    ${story.why === "" ? nothing : html`<p>${story.why}</p>`}
    ${condition(story)} ${rule(story)}
    ${story.also.length === 0 ? nothing : html`<ul class="also">${story.also.map((text) => html`<li>${text}</li>`)}</ul>`}
    ${causes(story, send)}
  `;
}

function condition(story: Story): TemplateResult | typeof nothing {
  if (story.ticks.length === 0) return nothing;
  return html`
    ${story.lead === "" ? nothing : html`<p class="quiet">${story.lead}</p>`}
    <ul class="ticks">
      ${story.ticks.map(
        (tick) => html`<li class=${tick.ok ? "yes" : "no"}>
          ${icon(tick.ok ? "check" : "close")}<span class="hidden">${tick.ok ? "Yes:" : "No:"}</span>
          <span>${tick.text}</span>
        </li>`,
      )}
    </ul>
  `;
}

function rule(story: Story): TemplateResult | typeof nothing {
  if (story.rule === null) return nothing;
  const off = story.rule.off ? html`<strong class="off">${icon("warning")} switched off</strong>` : nothing;
  return html`<p class="rule"><span class="quiet">Rule</span> ${section(story.rule.section)} ${story.rule.statement} ${off}</p>`;
}

function causes(story: Story, send: Send): TemplateResult | typeof nothing {
  if (story.causes.length === 0) return nothing;
  return html`<h3>What led to this</h3>
    <ol class="causes">
      ${story.causes.map(
        (cause) => html`<li>
          <button type="button" class="line" @click=${() => send({ kind: "seek-event", event: cause.event })}>
            <span class="when">${time(cause.timeUs)}</span> ${cause.text}
          </button>
        </li>`,
      )}
    </ol>`;
}

/** The first state: one sentence, one large Play, three things to try. */
import { html, nothing, type TemplateResult } from "lit";
import { SUGGESTIONS } from "../app/guides.ts";
import type { Send } from "../app/intents.ts";
import { name, time } from "../app/labels.ts";
import { leaderOf, type Model } from "../app/model.ts";
import { icon } from "./icons.ts";
import { act } from "./parts.ts";

export function poster(model: Model, send: Send, readonly: boolean): TemplateResult | typeof nothing {
  if (!model.view.poster || model.status !== "ready") return nothing;
  const servers = model.frame?.servers.length ?? 0;
  const suggestions = readonly || model.setup === null ? [] : SUGGESTIONS.filter((s) => servers >= s.servers);
  return html`<section class="poster" role="group" aria-label="Start">
    <p class="lead">${opening(model)}</p>
    <button type="button" class="primary big" @click=${() => send({ kind: "play" })}>${icon("play")}<span>Play</span></button>
    ${
      suggestions.length === 0
        ? nothing
        : html`<p class="quiet">or see at once what happens if you</p>
            <div class="acts">
              ${suggestions.map((s) => act(send, s.title.toLowerCase(), { kind: "guide", guide: s.guide }))}
            </div>`
    }
  </section>`;
}

function opening(model: Model): string {
  // What the scenario is about need not be what a reader has made of it.
  if (model.setup === null) return `This run was saved at ${time(model.frame?.timeUs ?? 0)}, and goes on from there.`;
  const about = model.scenarios.find((s) => s.name === model.settings?.scenario)?.about;
  if (about) return about;
  const servers = model.frame?.servers.length ?? 0;
  const leader = leaderOf(model.frame);
  return leader > 0 ? `${name(leader)} leads ${servers} servers.` : `${servers} servers wait for a leader.`;
}

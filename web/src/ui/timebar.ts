/** Time, at the bottom: transport, the tape (which is the scrubber), and what one can do with the run as a whole. */
import { html, nothing, type TemplateResult } from "lit";
import type { Intent, Send } from "../app/intents.ts";
import { count, time, timeLabel } from "../app/labels.ts";
import type { Model } from "../app/model.ts";
import { SPEEDS, speedText, tapeEnd } from "../app/playback.ts";
import type { Branch, Goal } from "../engine/types.ts";
import { icon } from "./icons.ts";
import { notices } from "./notices.ts";
import { act, choose } from "./parts.ts";

export function timeBar(model: Model, send: Send, readonly: boolean): TemplateResult {
  return html`<section class="time" role="group" aria-label="Time">
    ${transport(model, send)}
    <div class="tape">
      <canvas class="tape-canvas" aria-hidden="true"></canvas>
      <input
        type="range"
        class="scrubber"
        aria-label="Time"
        min="0"
        max=${tapeEnd(model.edgeUs)}
        step="1"
        aria-valuetext=${model.frame ? timeLabel(model.frame) : "0 ms"}
        @input=${(e: Event) => send({ kind: "seek", timeUs: (e.target as HTMLInputElement).valueAsNumber })}
      />
    </div>
    <div class="tape-notices">${notices(model, send, "tape")}</div>
    ${runTools(model, send, readonly)} ${readout(model)}
  </section>`;
}

function transport(model: Model, send: Send): TemplateResult {
  const playing = model.playback.playing;
  const only = { iconOnly: true, kind: "round" } as const;
  return html`<div class="transport" role="group" aria-label="Transport">
    ${act(send, "To the start", { kind: "to-start" }, { ...only, icon: "start", kind: "round start", title: "To the start (Home)" })}
    ${act(send, "One event back", { kind: "step-back" }, { ...only, icon: "back", title: "One event back (,)" })}
    <button
      type="button"
      class="play icon-only"
      aria-label=${playing ? "Pause" : "Play"}
      title=${playing ? "Pause (Space)" : "Play (Space)"}
      @click=${() => send({ kind: "toggle-play" })}
    >${icon(playing ? "pause" : "play")}</button>
    ${act(send, "One event forward", { kind: "step" }, { ...only, icon: "step", title: "One event forward (.)" })}
    ${act(send, "To the live edge", { kind: "to-edge" }, { ...only, icon: "edge", kind: "round edge", title: "To the live edge (End)" })}
  </div>`;
}

const GOALS: { goal: Goal; text: string }[] = [
  { goal: "leader", text: "leader" },
  { goal: "commit", text: "commit" },
  { goal: "violation", text: "violation" },
];

function runTools(model: Model, send: Send, readonly: boolean): TemplateResult {
  const speeds = SPEEDS.map((s) => ({ value: String(s), text: `Speed ${speedText(s)}` }));
  const only = { iconOnly: true } as const;
  const mark = (goal: Goal): Intent => ({ kind: "run-until", goal });
  return html`<div class="run-tools">
    ${choose("Speed", String(model.playback.speed), speeds, (s) => send({ kind: "speed", speed: Number(s) }), { hideLabel: true })}
    <span class="pair" role="group" aria-label="Run until the next">
      <span class="label">Run to</span>
      ${GOALS.map((g) => act(send, g.text, mark(g.goal)))}
    </span>
    <span class="pair" role="group" aria-label="Marks">
      <span class="label">Mark</span>
      ${act(send, "Previous mark", mark("previous-mark"), { ...only, icon: "back", title: "Previous mark ([)" })}
      ${act(send, "Next mark", mark("next-mark"), { ...only, icon: "step", title: "Next mark (])" })}
    </span>
    <label class="switch">
      <input
        type="checkbox"
        .checked=${model.view.skipIdle}
        @change=${(e: Event) => send({ kind: "skip-idle", on: (e.target as HTMLInputElement).checked })}
      /><span>Skip idle time</span>
    </label>
    <span class="spring"></span>
    ${readonly ? nothing : branches(model.branches, send)}
  </div>`;
}

/** The futures that the reader has made by acting in the past; all are kept. */
function branches(list: readonly Branch[], send: Send): TemplateResult | typeof nothing {
  if (list.length < 2) return nothing;
  const current = list.find((b) => b.current);
  const choices = list.map((b) => ({ value: String(b.id), text: `Branch: ${b.label} (to ${time(b.edgeUs)})` }));
  return choose(
    `Branch, one of ${list.length}`,
    String(current?.id ?? 0),
    choices,
    (id) => send({ kind: "switch-to", branch: Number(id) }),
    { hideLabel: true },
  );
}

/** The moment at hand belongs to the picture, and is written with it. */
function readout(model: Model): TemplateResult {
  return html`<div class="readout">
    <p class="now"></p>
    <p class="quiet">${model.busy === "" ? html`<span class="where"></span>` : html`<span class="busy">${model.busy} …</span>`}</p>
    <p class="hidden">${count(model.frame?.messages.length ?? 0, "message")} on the way</p>
  </div>`;
}

/** Network, disks and timing by form: everything that the tools on the stage do, and what needs numbers. */
import { html, nothing, type TemplateResult } from "lit";
import * as commands from "../app/commands.ts";
import type { Send } from "../app/intents.ts";
import { name, names, plainTime } from "../app/labels.ts";
import type { Model } from "../app/model.ts";
import type { Settings } from "../engine/types.ts";
import { act, button, field, submitted, takeBack } from "./parts.ts";

export function faultsPanel(model: Model, send: Send): TemplateResult {
  const settings = model.settings;
  if (settings === null) return html``;
  const ids = model.frame?.servers.map((s) => s.id) ?? [];
  const voters = model.frame?.servers.filter((s) => s.standing === "voter").map((s) => s.id) ?? [];
  const apply: Apply = (text, otherwise = "") => {
    if (text === null) send({ kind: "notice", text: otherwise });
    else send({ kind: "command", text });
  };
  return html`
    ${partition(settings, ids, apply)} ${links(settings, ids, apply)} ${network(settings, apply)}
    ${timing(settings, apply)} ${oneServer(ids, apply)} ${membership(ids, voters, apply)}
    ${act(send, "Heal the network", { kind: "command", text: "heal" })}
  `;
}

/** `otherwise` is what the reader is told if there is no such command. */
type Apply = (text: string | null, otherwise?: string) => void;

/** Each server chooses its group; more groups than three are for scenario files. */
function partition(settings: Settings, ids: readonly number[], apply: Apply): TemplateResult {
  const groups = ["A", "B", "C"];
  const groupOf = (id: number): number =>
    Math.max(
      0,
      settings.partition.findIndex((g) => g.includes(id)),
    );
  const submit = (event: Event): void =>
    apply(
      commands.partition(groups.map((_, g) => ids.filter((id) => field(event, `server-${id}`) === String(g)))),
      "A partition needs at least two groups.",
    );
  return html`<form class="group" aria-label="Partition" @submit=${submitted(submit)}>
    <h3>Partition</h3>
    <p class="quiet">${
      settings.partition.length === 0
        ? "None. Messages pass only within a group."
        : settings.partition.map((g) => names(g)).join(" | ")
    }</p>
    <div class="groups">
      ${ids.map(
        (id) => html`<fieldset>
          <legend>${name(id)}</legend>
          ${groups.map(
            (group, g) => html`<label class="pill">
              <input type="radio" name=${`server-${id}`} value=${g} .checked=${groupOf(id) === g} /><span>${group}</span>
            </label>`,
          )}
        </fieldset>`,
      )}
    </div>
    <div class="acts">
      <button type="submit">Cut the groups apart</button>
      ${settings.partition.length > 0 ? button("Heal", () => apply("heal")) : nothing}
    </div>
  </form>`;
}

function serverChoice(label: string, named: string, ids: readonly number[], chosen: number): TemplateResult {
  return html`<label><span class="label">${label}</span>
    <select name=${named}>
      ${ids.map((id) => html`<option value=${id} ?selected=${id === chosen}>${name(id)}</option>`)}
    </select>
  </label>`;
}

function links(settings: Settings, ids: readonly number[], apply: Apply): TemplateResult {
  const [first = 1, second = 1] = ids;
  const pair = (event: Event): [number, number] => [Number(field(event, "from")), Number(field(event, "to"))];
  return html`<form class="group" aria-label="One link" @submit=${submitted((e) => apply(commands.cut(...pair(e))))}>
    <h3>One link, one direction</h3>
    <div class="line-up">
      ${serverChoice("From", "from", ids, first)} ${serverChoice("to", "to", ids, second)}
      <button type="submit">Cut</button>
      ${button("Mend", (e) => apply(commands.mend(...pair(e))))}
    </div>
    ${shapes(ids, apply)}
    ${
      settings.cuts.length === 0
        ? nothing
        : html`<ul class="list">
            ${settings.cuts.map(
              ([from, to]) => html`<li class="line-up">
                <span>${name(from)} → ${name(to)} is cut</span>
                ${button("Mend", () => apply(commands.mend(from, to)), { title: `Mend ${name(from)} to ${name(to)}` })}
              </li>`,
            )}
          </ul>`
    }
  </form>`;
}

/** Many links at once, by the names that such failures have. */
function shapes(ids: readonly number[], apply: Apply): TemplateResult {
  const around =
    (text: string) =>
    (e: Event): void =>
      apply(`${text} S${field(e, "around")}`);
  return html`<div class="line-up">
      ${serverChoice("Many links, around", "around", ids, ids[0] ?? 1)}
    </div>
    <div class="acts">
      ${button("Deaf", around("deaf"), { title: "It receives nothing, and sends" })}
      ${button("Mute", around("mute"), { title: "It sends nothing, and receives" })}
      ${button("Bridge", around("partition bridge"), { title: "Two halves meet in this server only" })}
      ${button("Star", around("partition star"), { title: "All others meet this server only" })}
      ${button("Ring", () => apply("partition ring"), { title: "Each meets its nearest neighbours only" })}
    </div>`;
}

interface Setting {
  word: string;
  label: string;
  value: string;
  example: string;
}

const percent = (ppm: number): string => `${ppm / 10_000}%`;

function network(s: Settings, apply: Apply): TemplateResult {
  return settingsGroup("Network and disks", apply, [
    { word: "latency", label: "Latency", value: s.latency, example: "3ms..8ms" },
    { word: "loss", label: "Lost", value: percent(s.lossPpm), example: "10%" },
    { word: "duplicate", label: "Doubled", value: percent(s.duplicatePpm), example: "5%" },
    { word: "reorder", label: "Out of order", value: percent(s.reorderPpm), example: "5%" },
    { word: "disk", label: "Disk write", value: s.disk, example: "1ms" },
    { word: "requests", label: "Requests per second", value: String(s.requestsPerSecond), example: "10" },
  ]);
}

function timing(s: Settings, apply: Apply): TemplateResult {
  const range = `${plainTime(s.electionMinUs)}..${plainTime(s.electionMaxUs)}`;
  return html`${settingsGroup("Timing", apply, [
    { word: "election-timeout", label: "Election timeout", value: range, example: "150ms..300ms" },
    { word: "heartbeat", label: "Heartbeat", value: plainTime(s.heartbeatUs), example: "50ms" },
  ])}
    <div class="acts">
      ${button("Align timers", () => apply("align timers"), { title: "All run out at the same moment" })}
      ${button("Spread timers", () => apply("spread timers"), { title: "They run out far apart, S1 first" })}
    </div>`;
}

/** Each field applies itself when it is left or Enter is pressed. */
function settingsGroup(title: string, apply: Apply, settings: readonly Setting[]): TemplateResult {
  return html`<section class="group" aria-label=${title}>
    <h3>${title}</h3>
    <div class="fields">
      ${settings.map(
        (s) => html`<label>
          <span class="label">${s.label}</span>
          <input
            .value=${s.value}
            placeholder=${s.example}
            autocomplete="off"
            spellcheck="false"
            @change=${(e: Event) => apply(commands.setting(s.word, takeBack(e.target as HTMLInputElement, s.value)))}
          />
        </label>`,
      )}
    </div>
  </section>`;
}

function oneServer(ids: readonly number[], apply: Apply): TemplateResult {
  const of = (event: Event): string => `S${field(event, "one")}`;
  const rate = (e: Event): void => apply(`clock ${of(e)} ${field(e, "rate")}`);
  const disk = (e: Event): void => apply(`disk ${of(e)} ${field(e, "disk")}`);
  const jump = (e: Event): void => apply(`clock ${of(e)} ${field(e, "jump")}`);
  const lie = (e: Event): void => apply(`disk ${of(e)} lies ${field(e, "lag")}`);
  const told =
    (text: string) =>
    (e: Event): void =>
      apply(text.replace("it", of(e)));
  return html`<form class="group" aria-label="One server" @submit=${submitted(rate)}>
    <h3>One server</h3>
    <div class="line-up">
      ${serverChoice("Server", "one", ids, ids[0] ?? 1)}
    </div>
    <div class="fields">
      <label><span class="label">Clock rate</span><input name="rate" value="90%" autocomplete="off" /></label>
      <button type="submit">Set clock</button>
      <label><span class="label">Disk write</span><input name="disk" value="20ms" autocomplete="off" /></label>
      ${button("Set disk", disk)}
      <label><span class="label">Clock jump</span><input name="jump" value="+200ms" autocomplete="off" /></label>
      ${button("Jump", jump, { title: "Forward, or back with a minus: then it stands still for so long" })}
      <label><span class="label">Disk lies by</span><input name="lag" value="500ms" autocomplete="off" /></label>
      ${button("Lie", lie, { title: "It calls writes stable before it has them, and loses them in a crash" })}
    </div>
    <div class="acts">
      ${button("Honest disk", told("disk it honest"), { title: "It has what it calls stable" })}
      ${button("Back up", told("backup it"), { title: "Remembers what its disk holds" })}
      ${button("Restore", told("restore it"), { title: "Puts the backup on the disk of a crashed server" })}
      ${button("Wipe", told("wipe it"), { title: "An empty disk for a crashed server" })}
    </div>
  </form>`;
}

/** One server at a time is changed from its own menu. */
function membership(ids: readonly number[], voters: readonly number[], apply: Apply): TemplateResult {
  const submit = (event: Event): void =>
    apply(
      commands.changeAll(ids.filter((id) => field(event, `votes-${id}`) !== "")),
      "At least one server has to vote.",
    );
  return html`<form class="group" aria-label="Who votes" @submit=${submitted(submit)}>
    <h3>Who votes</h3>
    <p class="quiet">All at once, by joint consensus: until the change is done, it takes a majority of each side to decide.</p>
    <div class="groups">
      ${ids.map(
        (id) => html`<label class="pill">
          <input type="checkbox" name=${`votes-${id}`} .checked=${voters.includes(id)} /><span>${name(id)}</span>
        </label>`,
      )}
    </div>
    <div class="acts"><button type="submit">Change the cluster</button></div>
  </form>`;
}

/** All of Figure 2's state of the selected server, all fields of a message, or one entry; with nothing selected, an overview. */
import { html, nothing, type TemplateResult } from "lit";
import type { Send } from "../app/intents.ts";
import { count, messageLabel, name, names, standing, time } from "../app/labels.ts";
import type { Model } from "../app/model.ts";
import type { Frame, Half, ServerFrame } from "../engine/frame.ts";
import type { MessageView, ServerView } from "../engine/types.ts";
import { votes } from "../scene/text.ts";
import { act } from "./parts.ts";
import { serverActs } from "./server-acts.ts";
import { messageActs } from "./stage.ts";

export function inspectorPanel(model: Model, send: Send, readonly: boolean): TemplateResult {
  const selected = model.view.selected;
  if (model.server) return server(model.server, model.frame, send, readonly);
  if (model.message) return message(model.message, send, readonly);
  if (selected?.kind === "message") return gone("This message is no longer on its way.", send);
  if (selected?.kind === "entry") return entry(model, selected.server, selected.index, send);
  return overview(model, send);
}

type Joint = ServerFrame["joint"];
type Row = readonly [label: string, value: string | number];

function rows(list: readonly Row[]): TemplateResult {
  return html`<dl class="rows">${list.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}

const whom = (id: number): string => (id > 0 ? name(id) : "nobody");

function server(s: ServerView, frame: Frame | null, send: Send, readonly: boolean): TemplateResult {
  const nowUs = frame?.timeUs ?? 0;
  const joint = frame?.servers.find(({ id }) => id === s.id)?.joint ?? null;
  return html`
    <h2>${name(s.id)} <span class="quiet">${standing({ ...s, role: s.role ?? "follower" })}</span></h2>
    ${readonly ? nothing : html`<div class="acts">${serverActs(s, send)}</div>`}
    <h3>Stable, on its disk</h3>
    ${rows([
      ["currentTerm", s.stable.currentTerm],
      ["votedFor", whom(s.stable.votedFor)],
      ...logRows(s),
      ...(s.stable.pendingWrites > 0 ? [["still being written", s.stable.pendingWrites] as const] : []),
      ...(s.stable.liesUs === null ? [] : [["lies", `really written ${time(s.stable.liesUs)} later`] as const]),
      ...(s.stable.backup ? [["backup", "kept"] as const] : []),
    ])}
    ${s.up ? volatileState(s, nowUs, joint) : html`<p class="quiet">What was only in memory is lost.</p>`}
    ${membershipState(s, joint)} ${s.progress.length > 0 ? progress(s) : nothing} ${stateMachine(s)}
  `;
}

function volatileState(s: ServerView, nowUs: number, joint: Joint): TemplateResult {
  const left = s.deadlineUs === null ? null : Math.max(0, s.deadlineUs - nowUs);
  const timer: Row[] = left === null ? [] : [["timer runs out in", time(left)]];
  const campaign = s.role === "candidate" || s.role === "pre-candidate";
  const granted: Row[] = campaign
    ? [["votes", `${votes({ ...s, votes: s.votes.length, joint })}: ${names(s.votes)}`]]
    : [];
  const clock: Row[] = s.clockPercent === 100 ? [] : [["clock runs at", `${s.clockPercent} %`]];
  return html`<h3>Volatile, in memory</h3>
    ${rows([
      ["currentTerm", s.currentTerm],
      ["votedFor", whom(s.votedFor)],
      ["commitIndex", s.commitIndex],
      ["lastApplied", s.lastApplied],
      ["last entry", s.lastIndex > 0 ? `index ${s.lastIndex}, term ${s.lastTerm}` : "none"],
      ["follows", s.role === "leader" ? "itself" : whom(s.leader)],
      ...granted,
      ...timer,
      // Who leads waits for nobody.
      ...(s.timeoutUs > 0 ? [["election timeout", time(s.timeoutUs)] as const] : []),
      ...lease(s, nowUs),
      ...clock,
    ])}`;
}

/** The log on its disk, behind the snapshot that stands for its beginning. */
function logRows(s: ServerView): Row[] {
  if (s.snapshot === null) return [["log", count(s.stable.lastIndex, "entry", "entries")]];
  const { lastIncludedIndex: index, lastIncludedTerm: term } = s.snapshot;
  const { firstIndex } = s;
  const last = s.stable.lastIndex;
  const held =
    last < firstIndex ? "nothing after it" : last === firstIndex ? `entry ${last}` : `entries ${firstIndex} to ${last}`;
  return [
    ["snapshot", `to index ${index}, term ${term}`],
    ["log", firstIndex === 1 ? count(last, "entry", "entries") : held],
  ];
}

function lease(s: ServerView, nowUs: number): Row[] {
  if (s.leaseUntilUs === null) return [];
  return [["lease", s.leaseUntilUs > nowUs ? `until ${time(s.leaseUntilUs)}` : `over since ${time(s.leaseUntilUs)}`]];
}

/** The configuration in force there, if it is more than the servers that there are. */
function membershipState(s: ServerView, joint: Joint): TemplateResult | typeof nothing {
  const m = s.membership;
  if (m === null || (m.index === 0 && m.learners.length === 0)) return nothing;
  return html`<h3>Configuration</h3>
    ${rows([
      ["set by", m.index === 0 ? "the start" : `entry ${m.index}`],
      ...(m.outgoing.length > 0 ? ([["old servers", names(m.outgoing)]] as const) : []),
      [m.outgoing.length > 0 ? "new servers" : "vote", names(m.voters)],
      ...(joint ? ([["decisions take", `${half(joint.old)} and ${half(joint.next)}`]] as const) : []),
      ...(m.learners.length > 0 ? ([["learners", names(m.learners)]] as const) : []),
    ])}`;
}

const half = ({ needed, of }: Half): string => `${needed} of ${of}`;

function progress(s: ServerView): TemplateResult {
  return html`<h3>What it knows of the others</h3>
    <table>
      <thead><tr><th scope="col">server</th><th scope="col">nextIndex</th><th scope="col">matchIndex</th></tr></thead>
      <tbody>
        ${s.progress.map(
          (p) => html`<tr><th scope="row">${name(p.server)}</th><td>${p.nextIndex}</td><td>${p.matchIndex}</td></tr>`,
        )}
      </tbody>
    </table>`;
}

function stateMachine(s: ServerView): TemplateResult {
  return html`<h3>State machine</h3>
    ${s.state.length === 0 ? html`<p class="quiet">empty</p>` : rows(s.state.map((pair): Row => [pair.key, pair.value]))}`;
}

function message(m: MessageView, send: Send, readonly: boolean): TemplateResult {
  return html`
    <h2>${m.sentence}</h2>
    <p class="quiet">Sent at ${time(m.sentUs)}, ${fate(m)}.</p>
    ${readonly ? nothing : html`<div class="acts">${messageActs(m, send)}</div>`}
    ${rows(m.fields.map((f): Row => [f.name, f.value]))}
    ${
      m.cause > 0
        ? act(send, "Go to where it was sent", { kind: "seek-event", event: m.cause }, { kind: "plain" })
        : nothing
    }
  `;
}

function fate(m: MessageView): string {
  if (m.fate === "lost") return "lost on its way";
  return m.fate === "held" ? "held back" : `arrives at ${time(m.arriveUs)}`;
}

function gone(text: string, send: Send): TemplateResult {
  return html`<p>${text}</p>${act(send, "Show all", { kind: "select", target: null })}`;
}

function entry(model: Model, id: number, index: number, send: Send): TemplateResult {
  const row = model.logs.rows.find((r) => r.server === id);
  const cell = row?.cells.find((c) => c.index === index);
  if (!cell) return gone(`${name(id)} has no entry ${index} here.`, send);
  const holders = model.logs.rows.filter((r) => r.cells.some((c) => c.index === index && c.term === cell.term));
  return html`
    <h2>Entry ${index} of ${name(id)} <span class="quiet">${cell.text}</span></h2>
    ${rows([
      ["term", cell.term],
      ["command", cell.text],
      ["committed, as far as it knows", cell.committed ? "yes" : "not yet"],
      ["stable on its disk", cell.stable ? "yes" : "not yet"],
      ["the same entry is on", names(holders.map((r) => r.server))],
      ...(cell.conflict ? [["conflict", "another log holds something else here"] as const] : []),
    ])}
    ${act(send, `Show ${name(id)}`, { kind: "select", target: { kind: "server", id } })}
  `;
}

function overview(model: Model, send: Send): TemplateResult {
  const frame = model.frame;
  const messages = frame?.messages ?? [];
  return html`
    <p>${model.summary || "Choose a server, a message or an entry to see all of it."}</p>
    <h3>Servers</h3>
    <table class="servers">
      <thead><tr><th scope="col">server</th><th scope="col">role</th><th scope="col">term</th><th scope="col">log</th><th scope="col">committed</th></tr></thead>
      <tbody>${frame?.servers.map((s) => overviewRow(s, send))}</tbody>
    </table>
    <h3>On their way</h3>
    ${
      messages.length === 0
        ? html`<p class="quiet">No messages.</p>`
        : html`<ul class="list">
            ${messages.slice(0, 60).map(
              (m) => html`<li>
                ${act(send, messageLabel(m), { kind: "select", target: { kind: "message", id: m.id }, menu: true }, { kind: "line" })}
              </li>`,
            )}
          </ul>`
    }
  `;
}

function overviewRow(s: ServerFrame, send: Send): TemplateResult {
  return html`<tr>
    <th scope="row">${act(send, name(s.id), { kind: "select", target: { kind: "server", id: s.id } }, { kind: "link" })}</th>
    <td>${standing(s)}</td><td>${s.term}</td><td>${s.lastIndex}</td><td>${s.commitIndex}</td>
  </tr>`;
}

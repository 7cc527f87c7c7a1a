/** Keys and signs. The keys are printed from the very table that handles them. */
import { html, type TemplateResult } from "lit";
import { ARROWS, KEYS, UNDO_KEYS } from "../app/keyboard.ts";

const SIGNS: readonly [string, string][] = [
  ["Double ring and crown", "the leader"],
  ["Dashed ring", "a candidate, with the votes that it has"],
  ["Single ring", "a follower"],
  ["Dotted ring and cross", "a crashed server"],
  ["Arc around a server", "its election timer; when it is empty, the server acts"],
  ["Half a ring", "a learner, which has no vote"],
  ["Filled triangle, open triangle", "AppendEntries or InstallSnapshot, and its answer"],
  ["Open diamond, filled diamond", "RequestVote and a vote; dotted: Pre-Vote"],
  ["Open triangle with a crown", "TimeoutNow: it shall lead"],
  ["Filled circle, open circle", "a client's request and its answer"],
  ["Bar across, hand", "a refusal; a message that is held back"],
  ["Colour, pattern and number", "the term"],
  ["Solid cell, dashed cell", "a committed entry, one that is not yet committed"],
  ["Bar in the foot of a cell", "not yet stable on the disk"],
  ["Triangle, cross, circle over the time line", "an election, a crash, a restart"],
  ["Bolt, diamond, flag there", "a fault, what you did, a mark"],
  ["Ticks above it, below it", "requests, commits"],
  ["Dot, arrow below a log", "match_index and next_index of the leader for it"],
];

export function helpBody(): TemplateResult {
  return html`
    <p>
      A cluster of servers runs the Raft consensus algorithm here. Play, then break it: crash servers, cut links, send
      requests. Every event is explained, and time goes back as well as forward.
    </p>
    <div class="columns">
      <section>
        <h3>Signs</h3>
        <dl class="rows">${SIGNS.map(([sign, means]) => html`<div><dt>${sign}</dt><dd>${means}</dd></div>`)}</dl>
      </section>
      <section>${keys("Time", "Time")}</section>
      <section>
        ${keys("The server at hand", "Servers", ARROWS)} ${keys("The page", "Page", UNDO_KEYS)}
        <p class="quiet">Keys work while the focus is in the laboratory and not in a field.</p>
      </section>
    </div>
  `;
}

type Line = { shown: string; does: string };

function keys(title: string, group: "Time" | "Servers" | "Page", more: readonly Line[] = []): TemplateResult {
  return html`<h3>${title}</h3>
    <dl class="rows keys">
      ${[...KEYS.filter((k) => k.group === group), ...more].map((k) => key(k.shown, k.does))}
    </dl>`;
}

function key(shown: string, does: string): TemplateResult {
  return html`<div><dt><kbd>${shown}</kbd></dt><dd>${does}</dd></div>`;
}

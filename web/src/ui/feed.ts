/** What happened, newest first; a line takes the reader to its moment. */
import { html, nothing, type TemplateResult } from "lit";
import type { Send, Topic } from "../app/intents.ts";
import { time } from "../app/labels.ts";
import { TOPICS, type ViewState } from "../app/view.ts";
import type { FeedLine } from "../engine/types.ts";
import { icon } from "./icons.ts";
import { act, section } from "./parts.ts";
import { recycle } from "./recycle.ts";

export function feedPanel(
  lines: readonly FeedLine[],
  { topics, feedLines }: ViewState,
  atEvent: number,
  send: Send,
): TemplateResult {
  return html`
    <div class="chips" role="group" aria-label="Show">
      ${TOPICS.map((t) =>
        act(send, t.title, { kind: "topic", topic: t.id }, { kind: "chip", pressed: topics.includes(t.id) }),
      )}
    </div>
    ${lines.length === 0 ? empty(topics) : html`<ol class="feed">${items(lines, atEvent, send)}</ol>`}
    ${lines.length < feedLines ? nothing : act(send, "Show earlier", { kind: "earlier" }, { kind: "plain" })}
  `;
}

function empty(topics: readonly Topic[]): TemplateResult {
  return html`<p class="quiet">${topics.length === 0 ? "Choose what to show." : "Nothing yet. Play, or step forward."}</p>`;
}

/** Each line keeps its element when newer ones come before it, or every text would be laid out anew. */
function items(lines: readonly FeedLine[], atEvent: number, send: Send): unknown {
  // Several lines may tell of one event.
  const nth = new Map<number, number>();
  const keys = lines.map((line) => {
    nth.set(line.event, (nth.get(line.event) ?? 0) + 1);
    return `${line.event}.${nth.get(line.event)}`;
  });
  return recycle(lines, keys, (line) => item(line as FeedLine, atEvent, send));
}

function item(line: FeedLine, atEvent: number, send: Send): TemplateResult {
  return html`<li>
    <button
      type="button"
      class=${`line topic-${line.topic}`}
      aria-current=${line.event === atEvent ? "true" : nothing}
      @click=${() => send({ kind: "seek-event", event: line.event })}
    >
      <span class="when">${time(line.timeUs)}</span>
      <span class="what">${sentence(line)} ${section(line.section)}
        ${line.byReader ? html`<span class="you">you</span>` : nothing}
        ${line.ruleOff === "" ? nothing : html`<span class="off">${icon("warning")} ${line.ruleOff} is off</span>`}
      </span>
    </button>
  </li>`;
}

/** The server's name stands out, so that one can follow one server down the list. */
function sentence(line: FeedLine): TemplateResult {
  const [, server, rest] = /^(S\d+\b)?(.*)$/s.exec(line.sentence) ?? [];
  return html`<strong>${server}</strong>${rest}`;
}

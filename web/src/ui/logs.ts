/** The logs under the stage: a canvas, the same as a real table, and a way back when there are more entries than columns. */
import { html, nothing, type TemplateResult } from "lit";
import type { Intent, Send } from "../app/intents.ts";
import { cellLabel, name } from "../app/labels.ts";
import type { Logs, Model } from "../app/model.ts";
import { act } from "./parts.ts";

export function logsPanel(model: Model, send: Send): TemplateResult {
  return html`<section class="logs" role="group" aria-label="Logs">
    <div class="logs-scroll" tabindex="0" role="group" aria-label="Logs, drawn: arrows move from entry to entry">
      <canvas class="logs-canvas" aria-hidden="true"></canvas>
      <div class="hidden">${logTable(model.logs)}</div>
    </div>
    ${logPager(model, send)}
  </section>`;
}

function logTable(logs: Logs): TemplateResult {
  const indexes = Array.from({ length: logs.last - logs.first + 1 }, (_, i) => logs.first + i);
  const longest = Math.max(0, ...logs.rows.map((r) => r.lastIndex));
  const used = indexes.filter((i) => i <= longest);
  return html`<table>
    <caption>Logs, entries ${logs.first} to ${Math.max(logs.first, Math.min(logs.last, longest))}</caption>
    <thead>
      <tr>
        <th scope="col">server</th>
        ${used.map((i) => html`<th scope="col">${i}</th>`)}
        <th scope="col">next</th><th scope="col">match</th>
      </tr>
    </thead>
    <tbody>
      ${logs.rows.map(
        (row) => html`<tr>
          <th scope="row">${name(row.server)}</th>
          ${used.map((i) => {
            const cell = row.cells.find((c) => c.index === i);
            return html`<td>${cell ? cellLabel(cell) : nothing}</td>`;
          })}
          <td>${row.nextIndex || nothing}</td><td>${row.matchIndex || nothing}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

function logPager(model: Model, send: Send): TemplateResult | typeof nothing {
  const { first, last, page } = model.logs;
  const newest = model.frame?.lastIndexMax ?? 0;
  const follows = model.view.logsFirst === null;
  if (newest <= last - first + 1 && follows) return nothing;
  const only = { iconOnly: true, kind: "plain" } as const;
  const to = (start: number): Intent => ({ kind: "scroll-logs", first: Math.max(1, start) });
  return html`<div class="pager" role="group" aria-label="Entries shown">
    ${act(send, "Earlier entries", to(first - page), { ...only, icon: "back", disabled: first === 1 })}
    <span class="hidden">${first} to ${Math.min(last, newest)} of ${newest}</span>
    ${act(send, "Later entries", to(Math.min(last + 1, newest - page + 1)), { ...only, icon: "step", disabled: last >= newest })}
    ${act(send, "Follow what happens", { kind: "scroll-logs", first: null }, { ...only, icon: "edge", disabled: follows })}
  </div>`;
}

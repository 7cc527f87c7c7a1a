/** The client: one request in a field, more in a small menu. */
import { html, type TemplateResult } from "lit";
import * as commands from "../app/commands.ts";
import type { Send } from "../app/intents.ts";
import { name } from "../app/labels.ts";
import { icon } from "./icons.ts";
import { button, field, submitted } from "./parts.ts";

export function requestBox(servers: readonly number[], send: Send): TemplateResult {
  const apply = (text: string | null): void => {
    if (text !== null) send({ kind: "command", text });
  };
  const more = (act: (event: Event) => void) => (event: Event) => {
    act(event);
    closeMenu((event.target as Element).closest("details"), true);
  };
  const to = (event: Event): number => Number(field(event, "to"));
  const write = (event: Event): void => apply(commands.request(field(event, "request"), to(event)));
  const key = (event: Event): string => field(event, "request").split("=")[0]?.trim() || "x";
  return html`<form class="request" aria-label="Client" @submit=${submitted(write)}>
    <input
      name="request"
      aria-label="Client request"
      title="x=4 writes, x alone reads"
      value="x=4"
      autocomplete="off"
      spellcheck="false"
      @input=${tellApart}
      @focus=${(event: Event) => (event.target as HTMLInputElement).select()}
    />
    <button type="submit" class="primary"><span class="writes">Send</span><span class="reads">Read</span></button>
    <details class="menu" @focusout=${left} @keydown=${escaped}>
      <summary>${icon("down")}<span class="hidden">More requests</span></summary>
      <div class="menu-body">
        <label class="row">
          <span>Send to</span>
          <select name="to">
            <option value="0">whom it takes for the leader</option>
            ${servers.map((id) => html`<option value=${id}>${name(id)}</option>`)}
          </select>
        </label>
        <div class="row">
          <span>Ask for the value instead</span>
          ${button(
            "Read",
            more((e) => apply(commands.request(`read ${key(e)}`, to(e)))),
          )}
        </div>
        <div class="row">
          <label>Many writes <input name="count" type="number" min="1" max="1000" value="20" /></label>
          ${button(
            "Send many",
            more((e) => apply(commands.burst(Number(field(e, "count")) || 20))),
          )}
        </div>
      </div>
    </details>
  </form>`;
}

/** A key alone is read: the button says so before it is pressed. */
function tellApart(event: Event): void {
  const { value, form } = event.target as HTMLInputElement;
  form?.classList.toggle("asks", commands.isRead(value));
}

/** The menu lies over the stage, so it goes as soon as it has been used or left. */
function closeMenu(menu: HTMLDetailsElement | null, keepFocus: boolean): void {
  if (!menu?.open) return;
  menu.open = false;
  if (keepFocus) menu.querySelector("summary")?.focus();
}

function left(event: FocusEvent): void {
  const menu = event.currentTarget as HTMLDetailsElement;
  if (event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) closeMenu(menu, false);
}

function escaped(event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  closeMenu(event.currentTarget as HTMLDetailsElement, true);
  event.stopPropagation();
}

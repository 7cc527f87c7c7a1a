/** Small pieces that several panels are made of. Values in, intents out. */
import { html, nothing, type TemplateResult } from "lit";
import type { Intent, Send } from "../app/intents.ts";
import { type IconName, icon } from "./icons.ts";

interface ButtonOptions {
  icon?: IconName;
  /** The icon stands alone; the text becomes its name. */
  iconOnly?: boolean;
  kind?: string;
  disabled?: boolean;
  pressed?: boolean;
  /** More than the name says, e.g. the key. */
  title?: string;
  /** Why it would come to nothing now. It can still be reached, so that everybody can learn why. */
  futile?: string;
}

export function button(text: string, act: (event: Event) => void, options: ButtonOptions = {}): TemplateResult {
  const { iconOnly = false, kind = "", disabled = false, pressed, futile } = options;
  const title = futile ?? options.title;
  return html`<button
    type="button"
    class=${`${kind}${iconOnly ? " icon-only" : ""}`}
    ?disabled=${disabled}
    aria-disabled=${futile === undefined ? nothing : "true"}
    aria-pressed=${pressed ?? nothing}
    aria-label=${iconOnly ? text : nothing}
    title=${title ?? (iconOnly ? text : nothing)}
    @click=${act}
  >${options.icon ? icon(options.icon) : nothing}${iconOnly ? nothing : html`<span>${text}</span>`}</button>`;
}

/** A button that sends one intent. */
export function act(send: Send, text: string, intent: Intent, options: ButtonOptions = {}): TemplateResult {
  const { futile } = options;
  const why: Intent = { kind: "notice", text: `${text} would have no effect now: ${futile}.` };
  return button(text, () => send(futile === undefined ? intent : why), options);
}

/** For a run in which a rule is off or a mistake is made: the counter-example. */
export function withAllRules(send: Send): TemplateResult {
  const title = "From the start, with the same commands and the same chance. The run as it is stays under Branch.";
  return act(send, "The same with all rules on", { kind: "with-all-rules" }, { title });
}

/** "§5.2" as the paper writes it, "Figure 3" as it is; nothing where there is neither. */
export function section(name: string): TemplateResult | typeof nothing {
  return name === "" ? nothing : html`<span class="section">${name.replace(/(^|,\s*)(?=\d)/g, "$1§")}</span>`;
}

export interface Choice {
  value: string;
  text: string;
}

/**
 * A native list of choices: nothing else is as good on every device. The choices themselves say which holds: a value of
 * the list would be set before they are there.
 */
export function choose(
  label: string,
  value: string,
  choices: readonly Choice[],
  picked: (value: string) => void,
  options: { hideLabel?: boolean; disabled?: boolean } = {},
): TemplateResult {
  return html`<label class="choose">
    <span class=${options.hideLabel ? "hidden" : "label"}>${label}</span>
    <select
      ?disabled=${options.disabled ?? false}
      @change=${(e: Event) => picked(takeBack(e.target as HTMLSelectElement, value))}
    >${choices.map((c) => html`<option value=${c.value} .selected=${c.value === value}>${c.text}</option>`)}</select>
  </label>`;
}

/** The text of a named field of the form that an event came from. */
export function field(event: Event, name: string): string {
  const form = (event.target as Element).closest("form");
  const value = form === null ? null : new FormData(form).get(name);
  return typeof value === "string" ? value.trim() : "";
}

/** The named field itself. */
export function fieldOf(event: Event, name: string): HTMLInputElement {
  return (event.target as Element).closest("form")?.elements.namedItem(name) as HTMLInputElement;
}

/** What was entered. The field shows what holds: what is accepted comes back to it, and what is refused does not. */
export function takeBack(field: HTMLInputElement | HTMLSelectElement, holds: string): string {
  const entered = field.value.trim();
  field.value = holds;
  return entered;
}

/** Handles a form without letting it leave the page. */
export function submitted(handle: (event: SubmitEvent) => void): (event: SubmitEvent) => void {
  return (event) => {
    event.preventDefault();
    handle(event);
  };
}

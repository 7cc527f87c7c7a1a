/** Sentences that must be seen: what was refused, what stopped the run, what broke. */
import { html, nothing, type TemplateResult } from "lit";
import type { Send } from "../app/intents.ts";
import { time } from "../app/labels.ts";
import { engineAwaited, type Model } from "../app/model.ts";
import type { Notice } from "../app/params.ts";
import type { Violation } from "../engine/types.ts";
import { copyText } from "../share/files.ts";
import { icon } from "./icons.ts";
import { act, button, withAllRules } from "./parts.ts";

/** Those of one place: what lies behind a dialog is dimmed, and silent to screen readers. */
export function notices(model: Model, send: Send, place: Notice["place"] = "page"): TemplateResult | typeof nothing {
  const shown = model.notices.filter((n) => n.place === place);
  if (shown.length === 0) return nothing;
  return html`<ul aria-label="Notices">
    ${shown.map(
      (n) => html`<li class="notice">
        <p>${begun(n.text)}</p>
        ${n.offer === null ? nothing : act(send, n.offer.text, n.offer.intent)}
        ${act(send, "Close this notice", { kind: "dismiss", notice: n.id }, { icon: "close", iconOnly: true, kind: "plain" })}
      </li>`,
    )}
  </ul>`;
}

/** The engine begins in lower case; what the reader has entered stands in quotes and stays as it is. */
function begun(text: string): string {
  return text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

export function violationBanner(
  violation: Violation | null,
  rulesOff: boolean,
  send: Send,
): TemplateResult | typeof nothing {
  if (violation === null) return nothing;
  return html`<section class="violation" role="group" aria-label="A property is violated">
    ${icon("warning")}
    <div>
      <h2>${violation.title}</h2>
      <p>${violation.witness}</p>
      <p class="quiet">The run stops here, at ${time(violation.timeUs)}. Step back to see how it came to this.</p>
    </div>
    <div class="acts">
      ${act(send, "Go on", { kind: "go-on" })} ${rulesOff ? withAllRules(send) : nothing}
    </div>
  </section>`;
}

/** The engine has stopped for good, or could not be loaded. */
export function troublePanel(model: Model, send: Send): TemplateResult | typeof nothing {
  if (model.status === "trap") {
    return trouble(model, {
      title: "The engine has stopped",
      means: "This is a defect of Raft Lab, not of the run. The run is kept; with it we can find the defect.",
      rest: rescue(model, send),
    });
  }
  // It is tried again when somebody wants something; until then the first view is all that there is to see.
  if (model.engine !== "failed" || !engineAwaited(model)) return nothing;
  return trouble(model, {
    title: "The engine could not be loaded",
    means: "Without it nothing can be simulated. What you have asked for is kept, and done when it is there.",
    rest: act(send, "Try again", { kind: "load-engine" }, { kind: "primary" }),
  });
}

function trouble(model: Model, told: { title: string; means: string; rest: TemplateResult }): TemplateResult {
  return html`<section class="trouble" role="group" aria-label=${told.title}>
    <h2>${told.title}</h2>
    <p>${told.means}</p>
    <p class="quiet">${model.trouble}</p>
    ${told.rest}
  </section>`;
}

function rescue(model: Model, send: Send): TemplateResult {
  return html`<label><span class="label">The run</span>
      <textarea readonly rows="3" .value=${model.runText}></textarea></label>
    <div class="acts">
      ${button("Copy the run", () => void copyText(model.runText))}
      ${act(send, "Start again", { kind: "start-again" }, { kind: "primary" })}
    </div>`;
}

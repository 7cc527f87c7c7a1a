/** The native dialogs. Each is filled only while it is open; the element opens and closes them. */
import { html, nothing, type TemplateResult } from "lit";
import type { DialogName, Send } from "../app/intents.ts";
import type { Model } from "../app/model.ts";
import { embedBody } from "./embed.ts";
import { helpBody } from "./help.ts";
import { icon } from "./icons.ts";
import { measureBody } from "./measure.ts";
import { notices } from "./notices.ts";
import { rulesBody } from "./rules.ts";
import { scenarioBody } from "./scenarios.ts";
import { shareBody } from "./share.ts";

interface DialogInfo {
  name: DialogName;
  title: string;
  body: (model: Model, send: Send, address: string) => TemplateResult;
}

const DIALOGS: readonly DialogInfo[] = [
  { name: "scenario", title: "Choose a scenario", body: scenarioBody },
  { name: "measure", title: "Experiments: many runs, measured", body: measureBody },
  { name: "rules", title: "Rules and options", body: rulesBody },
  { name: "share", title: "Share this run", body: shareBody },
  { name: "embed", title: "Embed this run", body: embedBody },
  { name: "help", title: "Help", body: helpBody },
];

export function dialogs(model: Model, send: Send, address: string): TemplateResult {
  return html`${DIALOGS.map((d) => {
    const open = model.view.dialog === d.name;
    return html`<dialog
      data-dialog=${d.name}
      aria-labelledby=${`title-${d.name}`}
      @close=${() => open && send({ kind: "dialog", dialog: null })}
      @click=${closeOutside}
    >
      ${
        open
          ? html`<div class="dialog-box">
              <div class="dialog-top">
                <h2 id=${`title-${d.name}`}>${d.title}</h2>
                <form method="dialog"><button class="plain icon-only" aria-label="Close">${icon("close")}</button></form>
              </div>
              <div class="notices">${notices(model, send, d.name)}</div>
              <p class="hidden voice" aria-live="polite"></p>
              <div class="dialog-body" tabindex="0">${d.body(model, send, address)}</div>
            </div>`
          : nothing
      }
    </dialog>`;
  })}`;
}

/** A click on the backdrop arrives at the dialog itself, since its box fills it. */
function closeOutside(event: MouseEvent): void {
  if (event.target instanceof HTMLDialogElement) event.target.close();
}

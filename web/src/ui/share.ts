/** The run as a link and as a file. The link stands in a field, for pages where the clipboard is out of reach. */
import { html, type TemplateResult } from "lit";
import type { Send } from "../app/intents.ts";
import { time } from "../app/labels.ts";
import type { Model } from "../app/model.ts";
import { copyText, readText, saveText } from "../share/files.ts";
import { LONG_LINK, linkTo } from "../share/link.ts";
import { button } from "./parts.ts";

export function shareBody(model: Model, send: Send, address: string): TemplateResult {
  const link = linkTo(address, model.runText);
  return html`
    <p>The link opens exactly this run: its scenario, its seed and everything that you did. Nothing is sent to a server.</p>
    ${copyField("Link", link, send)}
    ${
      link.length > LONG_LINK
        ? html`<p class="off">This link has ${link.length} characters; some programs cut it off. A file is safer.</p>`
        : html`<p class="quiet">${link.length} characters · the run to ${time(model.edgeUs)}</p>`
    }
    <h3>As a file</h3>
    <div class="acts">
      ${button("Save the run", () => saveText(`raft-lab-${model.settings?.scenario || "run"}.txt`, model.runFile))}
      <label class="file">
        <span>Open a run</span>
        <input type="file" accept=".txt,.json,text/plain" @change=${(e: Event) => void openFile(e, send)} />
      </label>
    </div>
  `;
}

export function copyField(label: string, text: string, send: Send, rows = 2): TemplateResult {
  const copy = async (event: Event): Promise<void> => {
    const area = (event.target as Element).closest(".copy")?.querySelector("textarea");
    area?.select();
    const done = await copyText(text);
    send({ kind: "notice", text: done ? `${label} copied.` : "Copy the marked text with your keyboard." });
  };
  return html`<div class="copy">
    <label>
      <span class="label">${label}</span>
      <textarea readonly rows=${rows} .value=${text} @focus=${(e: Event) => (e.target as HTMLTextAreaElement).select()}></textarea>
    </label>
    ${button("Copy", (e) => void copy(e), { kind: "primary" })}
  </div>`;
}

async function openFile(event: Event, send: Send): Promise<void> {
  const input = event.target as HTMLInputElement;
  const file = input.files?.[0];
  if (!file) return;
  try {
    const text = await readText(file);
    send({ kind: "dialog", dialog: null });
    send({ kind: "open-run", text: text.trim() });
  } catch (error) {
    send({ kind: "notice", text: error instanceof Error ? error.message : "This file cannot be read." });
  }
  // The same file may be chosen again after it has been changed.
  input.value = "";
}

/** Snippets for other people's pages. */
import { html, type TemplateResult } from "lit";
import type { Send } from "../app/intents.ts";
import type { Model } from "../app/model.ts";
import { elementSnippet, iframeSnippet, linkTo } from "../share/link.ts";
import { copyField } from "./share.ts";

export function embedBody(model: Model, send: Send, address: string): TemplateResult {
  return html`
    <p>Both show this run and stay quiet until their reader asks. Several fit on one page.</p>
    ${copyField("As a frame", iframeSnippet(embedAddress(model, address)), send, 3)}
    ${copyField("As an element", elementSnippet(attributes(model)), send, 3)}
    <p class="quiet">The element needs one file beside your page, <code>raft-lab.element.js</code>, from the folder <code>embed</code>.</p>
  `;
}

/** A run without the reader's doings is named; any other is carried along. */
function attributes(model: Model): [string, string][] {
  if (model.edited || model.setup?.source !== undefined) return [["run", model.runText]];
  const { scenario = "", servers = 0, seed = "" } = model.settings ?? {};
  return [
    ["scenario", scenario],
    ["servers", String(servers)],
    ["seed", seed],
  ];
}

function embedAddress(model: Model, address: string): string {
  const list = attributes(model);
  if (list[0]?.[0] === "run") return linkTo(address, model.runText);
  return `${address.replace(/[?#].*$/s, "")}?${new URLSearchParams(list)}`;
}

/**
 * What lies over the stage: tools, real buttons for the servers, the menu beside the selected thing.
 * Places on the stage are set through CSSOM by the element, never by inline style.
 */
import { html, nothing, type TemplateResult } from "lit";
import * as commands from "../app/commands.ts";
import type { Send, Tool } from "../app/intents.ts";
import { messageLabel, name, serverLabel, standing } from "../app/labels.ts";
import { type Model, serverAtHand } from "../app/model.ts";
import type { MessageView } from "../engine/types.ts";
import { sameTarget } from "../scene/view.ts";
import type { IconName } from "./icons.ts";
import { act } from "./parts.ts";
import { serverActs } from "./server-acts.ts";

interface ToolInfo {
  tool: Tool;
  icon: IconName;
  title: string;
  hint: string;
}

const TOOLS: readonly ToolInfo[] = [
  { tool: "select", icon: "select", title: "Select", hint: "" },
  { tool: "fence", icon: "fence", title: "Fence", hint: "Draw around servers to cut them off from the rest." },
  {
    tool: "cut",
    icon: "cut",
    title: "Cut",
    hint: "Drag from one server to another to cut that direction, or to mend it.",
  },
  { tool: "timeout", icon: "timeout", title: "Time out", hint: "Choose a server: its timer runs out now." },
  { tool: "crash", icon: "crash", title: "Crash", hint: "Choose a server: it crashes, or restarts if it is down." },
];

export function tools(model: Model, send: Send): TemplateResult {
  const { tool } = model.view;
  return html`<div class="tools" role="group" aria-label="Tools">
    ${TOOLS.map((t) =>
      act(send, t.title, { kind: "tool", tool: t.tool }, { icon: t.icon, pressed: t.tool === tool, kind: "tool" }),
    )}
  </div>`;
}

export function toolHint(tool: Tool): TemplateResult | typeof nothing {
  const hint = TOOLS.find((t) => t.tool === tool)?.hint ?? "";
  return hint === "" ? nothing : html`<p class="hint">${hint} <span class="quiet">Esc or Select ends it.</span></p>`;
}

/** One focusable button for each server, of which one is in the tab order; arrows move between them. */
export function proxies(model: Model, send: Send): TemplateResult {
  const servers = model.frame?.servers ?? [];
  const atHand = serverAtHand(model.view) || servers[0]?.id;
  return html`<div class="proxies" role="group" aria-label="Servers">
    ${servers.map(
      (s) => html`<button
        type="button"
        class="proxy"
        data-server=${s.id}
        tabindex=${s.id === atHand ? 0 : -1}
        aria-label=${serverLabel(s)}
        aria-pressed=${model.view.selected?.kind === "server" && model.view.selected.id === s.id}
        @click=${() => send({ kind: "select", target: { kind: "server", id: s.id }, menu: true })}
      ></button>`,
    )}
  </div>`;
}

/** The menu beside the selected server or message. */
export function stageMenu(model: Model, send: Send, readonly: boolean): TemplateResult | typeof nothing {
  const { selected, menu, sheet } = model.view;
  // The inspector's sheet has the same buttons, and lies where the menu would.
  if (!menu || readonly || selected === null || sheet === "inspector") return nothing;
  if (selected.kind === "server") {
    const server = model.frame?.servers.find((s) => s.id === selected.id);
    if (!server || model.server === null) return nothing;
    return menuBox(`${name(server.id)} · ${standing(server)}`, serverActs(model.server, send), send);
  }
  if (selected.kind !== "message" || model.message === null) return nothing;
  const message = model.frame?.messages.find((m) => m.id === selected.id);
  if (!message) return nothing;
  return menuBox(messageLabel(message).replace(/, term.*/, ""), messageActs(model.message, send), send);
}

function menuBox(title: string, acts: TemplateResult, send: Send): TemplateResult {
  return html`<div class="stage-menu" role="group" aria-label=${title}>
    <p class="menu-title">${title}</p>
    ${act(send, "Close", { kind: "escape" }, { icon: "close", iconOnly: true, kind: "plain close" })}
    <div class="acts">${acts}</div>
  </div>`;
}

/** What is under the pointer, in words. All of it stands in the inspector too. */
export function tip(model: Model): TemplateResult | typeof nothing {
  const { hovered, selected, menu, tool } = model.view;
  if (hovered === null || tool !== "select" || (menu && sameTarget(hovered, selected))) return nothing;
  const { servers = [], messages = [] } = model.frame ?? {};
  const server = hovered.kind === "server" ? servers.find((s) => s.id === hovered.id) : undefined;
  const message = hovered.kind === "message" ? messages.find((m) => m.id === hovered.id) : undefined;
  const text = server ? serverLabel(server) : message ? messageLabel(message) : "";
  return text === "" ? nothing : html`<p class="tip" aria-hidden="true">${text}</p>`;
}

export function messageActs(message: MessageView, send: Send): TemplateResult {
  if (message.fate === "lost") return html`<p class="quiet">It is lost: nothing can be done to it any more.</p>`;
  const acts: [commands.MessageAct, string, string][] = [
    ["deliver", "Deliver now", "It arrives at once"],
    ["drop", "Drop", "It is lost"],
    ["delay", "Delay 20 ms", "It arrives 20 ms later"],
    ["copy", "Duplicate", "A second copy travels along"],
    message.fate === "held"
      ? ["release", "Release", "It travels on"]
      : ["hold", "Hold", "It waits until you release it"],
  ];
  return html`${acts.map(([verb, text, title]) =>
    act(send, text, { kind: "command", text: commands.message(verb, message.key) }, { title }),
  )}`;
}

/** The five places of the page, put together. Which of them shows where is the style sheet's business. */
import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import type { Send, Sheet, Tab } from "../app/intents.ts";
import { departures, engineAwaited, type Model } from "../app/model.ts";
import type { Params } from "../app/params.ts";
import { dialogs } from "./dialogs.ts";
import { faultsPanel } from "./faults.ts";
import { feedPanel } from "./feed.ts";
import { huntPanel } from "./hunt.ts";
import { inspectorPanel } from "./inspector.ts";
import { logsPanel } from "./logs.ts";
import { notices, troublePanel, violationBanner } from "./notices.ts";
import { poster } from "./poster.ts";
import { requestBox } from "./request-box.ts";
import { proxies, stageMenu, tip, toolHint, tools } from "./stage.ts";
import { storyPanel } from "./story.ts";
import { timeBar } from "./timebar.ts";
import { topBar } from "./topbar.ts";

export interface Surroundings {
  params: Params;
  /** The address of the full page, for links. */
  address: string;
  /** 2 where the host page has a heading of its own. */
  headingLevel: number;
}

export function shell(model: Model, send: Send, around: Surroundings): TemplateResult {
  const { params } = around;
  const { view } = model;
  const shows = (panel: string): boolean => params.panels === null || params.panels.includes(panel);
  const side = ["story", "feed", "inspector", "faults"].some(shows);
  const classes = ["lab", `controls-${params.controls}`, side ? "" : "no-side", view.sheet ? "has-sheet" : ""];
  const title = model.settings?.scenarioTitle ?? "";
  const departs = !params.readonly && departures(model.settings) !== "";
  return html`<div
    role="group"
    tabindex="-1"
    aria-label=${`Raft Lab${title ? `: ${title}` : ""}`}
    class=${classes.join(" ")} data-sheet=${view.sheet ?? "none"} data-tool=${view.tool}>
    ${params.controls === "full" ? topBar(model, send, params.readonly, around.headingLevel) : nothing}
    <div class="main">
      <div class="notices">
        ${notices(model, send)} ${violationBanner(model.violation, departs, send)}
        ${view.dialog === "rules" || model.hunt === null ? nothing : huntPanel(model.hunt, send, false, departs && model.violation === null)}
      </div>
      ${stage(model, send, params.readonly)} ${shows("logs") ? guard([model.logs, view.logsFirst], () => logsPanel(model, send)) : nothing}
    </div>
    ${side ? sidePanel(model, send, shows, params.readonly) : nothing}
    ${params.controls === "none" ? nothing : timeBar(model, send, params.readonly)}
    ${params.controls === "full" ? sheetTabs(view.sheet, send, params.readonly) : nothing}
    ${dialogs(model, send, around.address)}
    <p class="hidden voice live" aria-live="polite"></p>
  </div>`;
}

function stage(model: Model, send: Send, readonly: boolean): TemplateResult {
  const servers = model.frame?.servers.length ?? 0;
  const ids = Array.from({ length: servers }, (_, i) => i + 1);
  return html`<section class="stage" role="group" aria-label="Stage">
    <div class="ring">
      <canvas class="stage-canvas" role="img" aria-label="The cluster, drawn" aria-describedby="summary"></canvas>
      <p class="hidden" id="summary">${guard([model.feed, model.frame?.event], () => summary(model))}</p>
      ${proxies(model, send)} ${stageMenu(model, send, readonly)} ${tip(model)}
    </div>
    ${readonly ? nothing : tools(model, send)} ${toolHint(model.view.tool)}
    ${readonly ? nothing : guard([servers], () => requestBox(ids, send))}
    ${poster(model, send, readonly)}
    ${troublePanel(model, send)}
    ${loading(model)}
  </section>`;
}

/** Only where somebody waits for it; the style sheet holds it back for a moment, in which the engine mostly arrives. */
function loading(model: Model): TemplateResult | typeof nothing {
  return model.engine === "coming" && engineAwaited(model)
    ? html`<p class="loading">Loading the engine …</p>`
    : nothing;
}

function summary(model: Model): string {
  const frame = model.frame;
  if (frame === null) return "";
  const leaders = frame.servers.filter((s) => s.up && s.role === "leader").map((s) => `S${s.id}`);
  const down = frame.servers.filter((s) => !s.up).map((s) => `S${s.id}`);
  return [
    `${frame.servers.length} servers, term ${frame.highestTerm}.`,
    leaders.length > 0 ? `Leader: ${leaders.join(", ")}.` : "There is no leader.",
    down.length > 0 ? `Crashed: ${down.join(", ")}.` : "",
    `${frame.messages.length} messages on their way. Committed up to ${frame.committed}.`,
  ].join(" ");
}

const TABS: readonly { tab: Tab; title: string }[] = [
  { tab: "feed", title: "What happened" },
  { tab: "inspector", title: "Inspector" },
  { tab: "faults", title: "Faults" },
];

function sidePanel(model: Model, send: Send, shows: (panel: string) => boolean, readonly: boolean): TemplateResult {
  const tabs = TABS.filter((t) => shows(t.tab) && !(readonly && t.tab === "faults"));
  const tab = tabs.find((t) => t.tab === model.view.tab)?.tab ?? tabs[0]?.tab;
  return html`<div class="side" role="group" aria-label="Explanation">
    ${shows("story") ? guard([model.story], () => storyPanel(model.story, send)) : nothing}
    ${
      tab === undefined
        ? nothing
        : html`<section class="card tabbed">
            <div class="tabs" role="tablist" aria-label="More" @keydown=${moveTab}>
              ${tabs.map(
                (t) => html`<button
                  type="button"
                  role="tab"
                  id=${`tab-${t.tab}`}
                  aria-selected=${t.tab === tab}
                  aria-controls="tab-panel"
                  tabindex=${t.tab === tab ? 0 : -1}
                  @click=${() => send({ kind: "tab", tab: t.tab })}
                >${t.title}</button>`,
              )}
            </div>
            <div class=${`tab-panel panel-${tab}`} role="tabpanel" id="tab-panel" tabindex="0" aria-labelledby=${`tab-${tab}`}>
              ${tabBody(tab, model, send, readonly)}
            </div>
          </section>`
    }
  </div>`;
}

function tabBody(tab: Tab, model: Model, send: Send, readonly: boolean): unknown {
  const { view } = model;
  if (tab === "feed") {
    const { feed, frame } = model;
    return guard([feed, view.topics], () => feedPanel(feed, view, frame?.event ?? 0, send));
  }
  if (tab === "faults") return guard([model.settings], () => faultsPanel(model, send));
  const key = [model.server, model.message, view.selected, model.story, model.playback.playing, model.logs];
  return guard(key, () => inspectorPanel(model, send, readonly));
}

function moveTab(event: KeyboardEvent): void {
  const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (by === 0) return;
  const all = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>("[role=tab]")];
  const next = all[(all.indexOf(event.target as HTMLElement) + by + all.length) % all.length];
  next?.focus();
  next?.click();
  event.stopPropagation();
  event.preventDefault();
}

const SHEETS: readonly { sheet: NonNullable<Sheet>; title: string }[] = [
  { sheet: "story", title: "Why" },
  { sheet: "logs", title: "Logs" },
  { sheet: "feed", title: "Happened" },
  { sheet: "inspector", title: "Inspect" },
  { sheet: "faults", title: "Faults" },
];

/** On narrow screens the other places are sheets, opened here. */
function sheetTabs(open: Sheet, send: Send, readonly: boolean): TemplateResult {
  return html`<div class="sheet-tabs" role="group" aria-label="Panels">
    ${SHEETS.filter((s) => !(readonly && s.sheet === "faults")).map(
      (s) => html`<button
        type="button"
        aria-expanded=${s.sheet === open}
        @click=${() => send({ kind: "sheet", sheet: s.sheet })}
      >${s.title}</button>`,
    )}
  </div>`;
}

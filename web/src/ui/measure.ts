/** Experiments: choose one, set its parameters, watch its curves grow, open any trial, take the numbers along. */
import { html, nothing, type TemplateResult } from "lit";
import type { Send } from "../app/intents.ts";
import { type Curve, type MeasureView, type Results, TRIAL_BASE } from "../app/measure.ts";
import type { Model } from "../app/model.ts";
import type { MeasureInfo, Summary } from "../engine/types.ts";
import { saveText } from "../share/files.ts";
import { savePng, saveSvg } from "../share/pictures.ts";
import { act, button, choose, field, section, submitted } from "./parts.ts";
import { figure, type Line, means, plot, sample, unitName } from "./plot.ts";

export function measureBody(model: Model, send: Send): TemplateResult {
  const view = model.measure;
  if (view.experiments.length === 0)
    return html`<p role="status">${view.state === "failed" ? view.trouble : "The engine is on its way."}</p>`;
  return html`${form(view, send)} ${status(view, send)} ${view.results === null ? nothing : outcome(view, view.results, send)}`;
}

function form(view: MeasureView, send: Send): TemplateResult {
  const { name, by, trials, seed, set } = view.form;
  const chosen = view.experiments.find((it) => it.name === name);
  const fill = (change: Partial<MeasureView["form"]>): void => send({ kind: "measure-form", change });
  const names = view.experiments.map((it) => ({ value: it.name, text: it.title }));
  const varies = (chosen?.by ?? []).map((it) => ({ value: it, text: it }));
  const go = submitted((event) => {
    fill({ trials: field(event, "trials"), seed: field(event, "seed"), set: field(event, "set") });
    send({ kind: "measure" });
  });
  return html`<form class="measure-form" @submit=${go}>
    <div class="measure-fields">
      ${choose("Experiment", name, names, (value) => fill({ name: value }))}
      ${varies.length < 2 ? nothing : choose("What varies", by || (varies[0]?.value ?? ""), varies, (value) => fill({ by: value }))}
      <label><span class="label">Trials of a curve</span>
        <input name="trials" inputmode="numeric" autocomplete="off" size="8" .value=${trials} placeholder=${String(chosen?.trials ?? "")}
          @change=${(e: Event) => fill({ trials: field(e, "trials") })} />
      </label>
      <label><span class="label">First seed</span>
        <input name="seed" inputmode="numeric" autocomplete="off" size="8" .value=${seed}
          @change=${(e: Event) => fill({ seed: field(e, "seed") })} />
      </label>
      <label class="wide"><span class="label">Settings, separated by semicolons</span>
      <input name="set" autocomplete="off" spellcheck="false" .value=${set} placeholder="latency=5ms; options=pre-vote; horizon=10s"
        @change=${(e: Event) => fill({ set: field(e, "set") })} />
    </label>
      <button type="submit" class="primary" ?disabled=${view.state === "on"}>Measure</button>
      ${view.state === "on" ? act(send, "Stop", { kind: "measure-stop" }) : nothing}
    </div>
    <p class="quiet">${chosen?.about ?? ""} ${section(chosen?.section ?? "")}</p>
  </form>`;
}

function status(view: MeasureView, send: Send): TemplateResult {
  const { state, played, all, rate, trouble, kept, results, picked } = view;
  const left = rate > 0 ? Math.ceil((all - played) / rate) : 0;
  const figures = `${count(played)} of ${count(all)} trials · ${count(Math.round(rate))} a second`;
  const texts: Record<MeasureView["state"], string> = {
    idle: "",
    on: "Measuring.",
    stopped: `Stopped after ${count(played)} of ${count(all)} trials.`,
    done: `Done: ${count(all)} trials, ${count(Math.round(rate))} a second.`,
    failed: trouble,
  };
  const curve = picked === null ? undefined : results?.curves[picked.curve];
  const measure = results?.plan.experiment.measures[view.measure];
  const told =
    picked === null || curve === undefined || measure === undefined
      ? "Point at a curve to see a trial; click to open it in the ring."
      : `${curve.name}, trial ${picked.trial + 1}: ${figure(picked.value, measure.unit)} ${unitName(measure.unit)}`;
  return html`<p role="status" class=${state === "idle" ? "hidden" : ""}>${texts[state]}</p>
    ${
      state === "on"
        ? html`<progress max=${all} value=${played} aria-label="Trials played"></progress>
            <p class="quiet">${figures} · ${left} s left</p>`
        : nothing
    }
    ${
      results === null || state === "on"
        ? nothing
        : html`<p class="acts">
            <span class="told quiet">${told}</span>
            ${kept === results ? nothing : act(send, "Keep to compare", { kind: "measure-keep", on: true }, { title: "What you measure next is drawn over it" })}
            ${kept === null ? nothing : act(send, "No comparison", { kind: "measure-keep", on: false })}
            ${saves(view, results)}
          </p>`
    }`;
}

function saves(view: MeasureView, results: Results): TemplateResult {
  const name = `raft-lab-${results.plan.experiment.name}`;
  const { text } = view;
  const figures = (event: Event): SVGSVGElement[] => [
    ...((event.currentTarget as Element).closest(".dialog-body")?.querySelectorAll<SVGSVGElement>(".plot svg") ?? []),
  ];
  return html`
    ${button("Save SVG", (event) => saveSvg(name, figures(event)))}
    ${button("Save PNG", (event) => void savePng(name, figures(event)))}
    ${text === null ? nothing : button("Save CSV", () => saveText(`${name}.csv`, text("csv")))}
    ${text === null ? nothing : button("Save JSON", () => saveText(`${name}.json`, text("json")))}
  `;
}

function outcome(view: MeasureView, results: Results, send: Send): TemplateResult {
  const { measures } = results.plan.experiment;
  const measure = measures[view.measure] ?? measures[0];
  if (measure === undefined) return html``;
  const choices = measures.map((it, at) => ({ value: String(at), text: it.title }));
  const panels = [...new Set(results.curves.map((curve) => curve.panel))];
  return html`
    ${measures.length < 2 ? nothing : choose("Measure", String(view.measure), choices, (at) => send({ kind: "measure-show", measure: Number(at) }))}
    <div class="measure-panels">${panels.map(
      (panel) => html`<section class="measure-panel">
        <h3>${panel}${hasPublished(results, panel) && view.measure === 0 ? html` <small class="quiet">dotted: as published</small>` : nothing}</h3>
        ${plot(panel, linesOf(view, results, panel), measure, view.picked, {
          pick: (picked) => {
            if (picked?.curve !== view.picked?.curve || picked?.trial !== view.picked?.trial)
              send({ kind: "measure-pick", picked });
          },
          open: ({ curve, trial }) => send({ kind: "open-trial", curve, trial }),
        })}
        ${table(view, results, panel, measure, send)}
      </section>
      ${panels.length > 2 ? nothing : overview(view, results, panel, measure)}`,
    )}</div>
    <details>
      <summary>All parameters</summary>
      <dl class="rows">${results.plan.parameters.map(({ key, value }) => html`<div><dt>${key}</dt><dd>${value}</dd></div>`)}</dl>
    </details>
  `;
}

/** How the curves of a panel compare at one look: what varies below, means above it. */
function overview(view: MeasureView, results: Results, panel: string, measure: MeasureInfo): TemplateResult {
  const curves = results.curves.filter((curve) => curve.panel === panel);
  const rows = curves.map((curve) => results.summaries[curve.at]?.[view.measure] ?? null);
  const names = curves.map((curve) => curve.name);
  return html`<section class="measure-panel">
    <h3>${panel}, means</h3>
    ${means(panel, names, rows, measure)}
  </section>`;
}

function hasPublished(results: Results, panel: string): boolean {
  return results.plan.curves.some((curve) => curve.panel === panel && curve.published !== null);
}

function linesOf(view: MeasureView, results: Results, panel: string): Line[] {
  const lines = (of: Results, kept: boolean): Line[] =>
    of.curves
      .filter((curve) => curve.panel === panel)
      .map((curve, style) => ({
        ...{ curve, style, kept },
        published: kept || view.measure > 0 ? null : (of.plan.curves[curve.at]?.published ?? null),
      }));
  const { kept } = view;
  return [...(kept === null || kept === results ? [] : lines(kept, true)), ...lines(results, false)];
}

const HEADS = ["Curve", "Trials", "Mean, ± 95 %", "Median", "p90", "Max"];

function table(view: MeasureView, results: Results, panel: string, measure: MeasureInfo, send: Send): TemplateResult {
  const unit = unitName(measure.unit);
  const curves = results.curves.filter((curve) => curve.panel === panel);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${`Numbers of ${panel}`}>
    <table class="measures">
      <caption class="hidden">${panel}: ${measure.title}</caption>
      <thead><tr>${HEADS.map((head, at) => html`<th scope="col">${head}${at > 1 && unit !== "" ? html` <small>${unit}</small>` : nothing}</th>`)}</tr></thead>
      <tbody>
        ${curves.map((curve, style) => {
          const summary = results.summaries[curve.at]?.[view.measure] ?? null;
          const before = view.kept !== results ? view.kept?.summaries[curve.at]?.[view.measure] : undefined;
          const published = view.measure === 0 ? (results.plan.curves[curve.at]?.published ?? null) : null;
          return html`${row(curve, style, summary, measure, send)}
            ${before === undefined || before === null ? nothing : row(null, -1, before, measure, send, "kept")}
            ${
              published === null
                ? nothing
                : html`<tr class="quiet"><th scope="row">published</th><td>${count(published.trials)}</td>
                    <td>${figure(published.meanUs, "us")}</td>
                    ${[50, 90, 100].map((share) => html`<td>${figure(quantile(published.shares, published.quantilesUs, share), "us")}</td>`)}</tr>`
            }`;
        })}
      </tbody>
    </table>
  </div>`;
}

function row(
  curve: Curve | null,
  style: number,
  summary: Summary | null,
  measure: MeasureInfo,
  send: Send,
  name = curve?.name ?? "",
): TemplateResult {
  const value = (of: number): string => (summary === null || summary.finished === 0 ? "–" : figure(of, measure.unit));
  const trials =
    curve === null
      ? count(summary?.finished ?? 0)
      : curve.sorted.length === curve.played
        ? count(curve.played)
        : `${count(curve.sorted.length)} of ${count(curve.played)}`;
  const mean = summary === null ? "–" : value(summary.mean);
  const ranks = [50, 90, 100].map((percent) => {
    const text =
      summary === null ? "–" : value(percent === 50 ? summary.median : percent === 90 ? summary.p90 : summary.max);
    return html`<td>${curve === null || curve.sorted.length === 0 || text === "–" ? text : opens(curve, percent, text, send)}</td>`;
  });
  return html`<tr class=${curve === null ? "quiet" : ""}>
    <th scope="row">${curve === null ? nothing : sample(style)} ${name}</th>
    <td>${trials}</td>
    <td>${mean}${mean === "–" || summary === null ? nothing : html` <small>± ${value(summary.ci95)}</small>`}</td>
    ${ranks}
  </tr>`;
}

/** A quantile is the value of a trial (nearest rank), which can be looked at. */
function opens(curve: Curve, percent: number, text: string, send: Send): TemplateResult {
  const rank = Math.max(1, Math.ceil((curve.sorted.length * percent) / 100));
  const trial = (curve.sorted[rank - 1] ?? 0) % TRIAL_BASE;
  return button(text, () => send({ kind: "open-trial", curve: curve.at, trial }), {
    kind: "plain",
    title: `Open trial ${trial + 1} of ${curve.name} in the ring`,
  });
}

function quantile(shares: readonly number[], values: readonly number[], share: number): number {
  return values[shares.indexOf(share)] ?? 0;
}

function count(n: number): string {
  return n.toLocaleString("en");
}

/** A panel of distribution curves as SVG: it grows while trials come in, can be hovered and clicked, and can be saved as it is. */
import { curveStepAfter, line } from "d3-shape";
import { html, nothing, svg, type TemplateResult } from "lit";
import { type Curve, type Picked, TRIAL_BASE } from "../app/measure.ts";
import type { MeasureInfo, PublishedCurve, Summary } from "../engine/types.ts";
import { axis, type Point, points } from "../scene/curves.ts";

/** One line of a panel. */
export interface Line {
  curve: Curve;
  published: PublishedCurve | null;
  /** Its place among the panel's lines: colour and pattern. */
  style: number;
  /** An earlier outcome that ours is compared with. */
  kept: boolean;
}

export interface PlotPicks {
  pick: (picked: Picked | null) => void;
  open: (picked: Picked) => void;
}

const WIDTH = 440;
const HEIGHT = 260;
const LEFT = 48;
const RIGHT = 24;
const TOP = 8;
const BOTTOM = 44;
const INNER_W = WIDTH - LEFT - RIGHT;
const INNER_H = HEIGHT - TOP - BOTTOM;
/** Room for names at a slant. */
const SLANT = 16;
/** A pointer further away than this is at no curve. */
const NEAR = 24;

/** Colours are terms' colours, which are told apart in every theme; patterns tell them apart without colour. */
const COLOURS = 6;
const DASHES = ["", "8 3", "2 3", "8 3 2 3", "14 4", "5 5"];

export function plot(
  panel: string,
  lines: readonly Line[],
  measure: MeasureInfo,
  picked: Picked | null,
  picks: PlotPicks,
): TemplateResult {
  const ours = lines.map((it) => ({ ...it, points: pointsOf(it.curve) }));
  const theirs = lines.flatMap((it) => (it.published === null ? [] : [{ ...it, points: published(it.published) }]));
  const x = axis(
    [...ours, ...theirs].flatMap((it) => ends(it.points)),
    INNER_W,
  );
  const path = line<Point>()
    .x(([value]) => x.place(value))
    .y(([, share]) => INNER_H * (1 - share))
    .curve(curveStepAfter);
  const draw = (of: readonly Point[], kind: string, style: number): TemplateResult =>
    svg`<path class=${`curve ${kind}`} data-style=${style % COLOURS} stroke-dasharray=${DASHES[Math.floor(style / COLOURS)] || nothing} d=${path(of as Point[]) ?? ""} />`;
  const at = (event: MouseEvent): Picked | null => nearest(event, ours, x.place);
  const mark = picked === null ? null : (ours.find((it) => it.curve.at === picked.curve && !it.kept) ?? null);
  return html`<figure class="plot">
    <svg
      viewBox=${`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label=${`${panel}: ${measure.title}; the numbers are in the table`}
      @mousemove=${(event: MouseEvent) => picks.pick(at(event))}
      @mouseleave=${() => picks.pick(null)}
      @click=${(event: MouseEvent) => {
        const hit = at(event);
        if (hit !== null) picks.open(hit);
      }}
    >
      <g transform=${`translate(${LEFT} ${TOP})`}>
        ${[0, 0.25, 0.5, 0.75, 1].map(
          (share) => svg`<line class="grid" x2=${INNER_W} y1=${INNER_H * (1 - share)} y2=${INNER_H * (1 - share)} />
            <text class="tick" x="-6" y=${INNER_H * (1 - share) + 4} text-anchor="end">${share * 100} %</text>`,
        )}
        ${x.ticks.map(
          (tick) => svg`<line class="grid" x1=${x.place(tick)} x2=${x.place(tick)} y2=${INNER_H} />
            <text class="tick" x=${x.place(tick)} y=${INNER_H + 16} text-anchor="middle">${short(tick, measure.unit)}</text>`,
        )}
        <text class="tick" x=${INNER_W / 2} y=${INNER_H + 38} text-anchor="middle">${axisTitle(measure)}</text>
        ${theirs.map((it) => draw(it.points, "published", it.style))}
        ${ours.map((it) => draw(it.points, it.kept ? "kept" : "ours", it.style))}
        ${
          mark === null || picked === null
            ? nothing
            : svg`<circle class="picked" r="4" cx=${x.place(picked.value)} cy=${INNER_H * (1 - shareOf(mark.curve, picked))} />`
        }
      </g>
    </svg>
  </figure>`;
}

/** The means of a panel's curves side by side, each with its confidence interval of 95 percent. */
export function means(
  panel: string,
  names: readonly string[],
  rows: readonly (Summary | null)[],
  measure: MeasureInfo,
): TemplateResult {
  const known = rows.flatMap((row) => (row === null || row.finished === 0 ? [] : [row]));
  const y = axis([0, ...known.map((row) => row.mean + row.ci95)], INNER_H);
  const up = (value: number): number => INNER_H - y.place(Math.max(0, value));
  const step = INNER_W / Math.max(1, names.length);
  // Long names are written at a slant.
  const slant = Math.max(...names.map((name) => name.length)) * 7 > step;
  return html`<figure class="plot">
    <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT + SLANT}`} role="img" aria-label=${`${panel}: means; the numbers are in the table`}>
      <g transform=${`translate(${LEFT} ${TOP})`}>
        ${y.ticks.map(
          (tick) => svg`<line class="grid" x2=${INNER_W} y1=${up(tick)} y2=${up(tick)} />
            <text class="tick" x="-6" y=${up(tick) + 4} text-anchor="end">${short(tick, measure.unit)}</text>`,
        )}
        ${rows.map((row, style) => {
          const x = (style + 0.5) * step;
          const label = slant
            ? svg`<text class="tick" text-anchor="end" transform=${`translate(${x + 4} ${INNER_H + 14}) rotate(-24)`}>${names[style]}</text>`
            : svg`<text class="tick" text-anchor="middle" x=${x} y=${INNER_H + 16}>${names[style]}</text>`;
          if (row === null || row.finished === 0) return label;
          return svg`${label}
            <path class="curve ours" data-style=${style % COLOURS} d=${`M${x} ${up(row.mean - row.ci95)}V${up(row.mean + row.ci95)}`} />
            <circle class="mean" data-style=${style % COLOURS} r="4" cx=${x} cy=${up(row.mean)} />`;
        })}
      </g>
    </svg>
    <figcaption class="quiet">Means${unitName(measure.unit) === "" ? "" : ` in ${unitName(measure.unit)}`}, with their confidence intervals of 95 %</figcaption>
  </figure>`;
}

/** A piece of a line as it looks in the panel, for the table. */
export function sample(style: number): TemplateResult {
  return html`<svg class="sample" viewBox="0 0 28 8" width="28" height="8" aria-hidden="true">
    <path class="curve ours" data-style=${style % COLOURS} stroke-dasharray=${DASHES[Math.floor(style / COLOURS)] || nothing} d="M0 4H28" />
  </svg>`;
}

/** "12.5 ms", "8.04" */
export function figure(value: number, unit: MeasureInfo["unit"]): string {
  if (unit !== "us") return value.toLocaleString("en", { maximumFractionDigits: 2 });
  return `${(value / 1000).toLocaleString("en", { maximumFractionDigits: 1, minimumFractionDigits: 1 })}`;
}

export function unitName(unit: MeasureInfo["unit"]): string {
  return unit === "us" ? "ms" : unit === "bytes" ? "bytes" : "";
}

function axisTitle(measure: MeasureInfo): string {
  const unit = unitName(measure.unit);
  return `${measure.title[0]?.toUpperCase() ?? ""}${measure.title.slice(1)}${unit === "" ? "" : ` (${unit})`}`;
}

function short(value: number, unit: MeasureInfo["unit"]): string {
  return (unit === "us" ? value / 1000 : value).toLocaleString("en", { maximumSignificantDigits: 4 });
}

function valueAt(curve: Curve, at: number): number {
  return Math.floor((curve.sorted[at] ?? 0) / TRIAL_BASE);
}

function pointsOf(curve: Curve): Point[] {
  const all = points(curve.sorted.length, Math.max(1, curve.played), (at) => valueAt(curve, at));
  // A distribution rises from nothing.
  return all[0] === undefined ? all : [[all[0][0], 0], ...all];
}

function published({ shares, quantilesUs }: PublishedCurve): Point[] {
  return shares.map((share, at) => [quantilesUs[at] ?? 0, share / 100]);
}

function ends(of: readonly Point[]): number[] {
  return of.length === 0 ? [] : [of[0]?.[0] ?? 0, of[of.length - 1]?.[0] ?? 0];
}

function shareOf(curve: Curve, { value }: Picked): number {
  let at = 0;
  while (at < curve.sorted.length - 1 && valueAt(curve, at) < value) at += 1;
  return (at + 1) / Math.max(1, curve.played);
}

/** The trial whose step is nearest to the pointer. */
function nearest(
  event: MouseEvent,
  lines: readonly { curve: Curve; kept: boolean }[],
  place: (value: number) => number,
): Picked | null {
  const box = (event.currentTarget as SVGSVGElement).getBoundingClientRect();
  const scale = WIDTH / box.width;
  const x = (event.clientX - box.left) * scale - LEFT;
  const y = (event.clientY - box.top) * scale - TOP;
  let best: Picked | null = null;
  let distance = NEAR;
  for (const { curve, kept } of lines) {
    if (kept || curve.sorted.length === 0) continue;
    // The trial at the pointer's height.
    const share = 1 - y / INNER_H;
    const at = Math.min(curve.sorted.length - 1, Math.max(0, Math.round(share * curve.played) - 1));
    const value = valueAt(curve, at);
    const away = Math.abs(place(value) - x);
    if (away < distance) {
      distance = away;
      best = { curve: curve.at, trial: (curve.sorted[at] ?? 0) % TRIAL_BASE, value };
    }
  }
  return best;
}

/** A few signs of one family: 20 by 20, drawn with one line width, in the colour of the text around them. */
import { html, type TemplateResult } from "lit";

const LINES = {
  select: "M5 3l4.5 13 2-5.500 5.500-2z",
  fence: "M10 3.500c4 0 7 2.500 7 6s-3 7-7 7-7-3-7-6.500 3-6.500 7-6.500z",
  cut: "M3 10h4M13 10h4M8.500 5.500v9M11.500 5.500v9",
  timeout: "M10 5v5l3 2M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z",
  crash: "M5 5l10 10M15 5L5 15",
  play: "M6.500 4v12l9-6z",
  pause: "M7 4.500v11M13 4.500v11",
  step: "M7 4.500l6 5.500-6 5.500",
  back: "M13 4.500L7 10l6 5.500",
  start: "M15 4.500L9 10l6 5.500M5 4.500v11",
  edge: "M5 4.500l6 5.500-6 5.500M15 4.500v11",
  undo: "M7 4.500L3.500 8 7 11.500M3.500 8H12a4 4 0 0 1 0 8H8",
  redo: "M13 4.500L16.500 8 13 11.500M16.500 8H8a4 4 0 0 0 0 8h4",
  close: "M5.500 5.500l9 9M14.500 5.500l-9 9",
  down: "M5.500 8l4.500 4.500L14.500 8",
  check: "M4.500 10.500l3.500 3.500 7.500-8",
  warning: "M10 3.500l7.500 13h-15zM10 8.500v4M10 14.200v.3",
  more: "M4.500 10h.1M10 10h.1M15.500 10h.1",
} as const;

export type IconName = keyof typeof LINES;

/** Signs that are solid; the fence is dotted, as it is on the stage. */
const SOLID: ReadonlySet<IconName> = new Set(["select", "play"]);

export function icon(name: IconName): TemplateResult {
  const kind = SOLID.has(name) ? "icon solid" : name === "fence" ? "icon dotted" : "icon";
  return html`<svg class=${kind} viewBox="0 0 20 20" aria-hidden="true"><path d=${LINES[name]}></path></svg>`;
}

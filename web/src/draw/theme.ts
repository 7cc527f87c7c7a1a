/**
 * The colours, as tables, as CSS custom properties, and as read back for the canvas.
 *
 * The element's style sheet carries `themeCss`; a host page may override any `--raft-...` property. The canvas
 * asks the element what came of it, so that both always agree, in forced colours too.
 *
 * Text is at least 4.5:1 and marks are at least 3:1 on `paper` and `panel`; `tests/unit/theme.spec.ts` checks it.
 */
import type { Paint, TermSlot } from "../scene/shapes.ts";

/** A role of the scene, or one that only the panels use. */
export type Token = Paint | "on-accent" | "line";
export type Tokens = Readonly<Record<Token, string>>;

export interface Theme {
  /** Resolved colours, in any form that CSS has. */
  colours: Readonly<Record<Paint, string>>;
  /** Font families, as in CSS. */
  font: string;
}

type TermTokens = `term-${TermSlot}` | `term-${TermSlot}-pale` | `term-${TermSlot}-on`;

const SLOTS: readonly TermSlot[] = [1, 2, 3, 4, 5, 6];
const TERM_COLOURS = ["#35698c", "#ee6600", "#9911dd", "#009999", "#aa4400", "#a06ef5"];
// The same hues, dark enough to carry small text in white.
const TERM_COLOURS_CONTRAST = ["#1d5078", "#b34a00", "#7a00b8", "#006b6b", "#6e2a00", "#6a3ad6"];
const BLACK = "#0d0c0a";
const WHITE = "#ffffff";

/** Paper-warm. */
export const LIGHT: Tokens = {
  paper: "#fdfcf9",
  panel: "#ffffff",
  ink: "#1b1a17",
  muted: "#65615a",
  mark: "#6b675f",
  track: "#e4e0d8",
  guide: "#e9e6df",
  line: "#e0dcd4",
  accent: "#1d5da8",
  "on-accent": "#ffffff",
  danger: "#c4122f",
  good: "#1a7a3c",
  focus: "#1d5da8",
  ...terms(TERM_COLOURS, "#fdfcf9", 0.16),
};

/** Ink-dark. */
export const DARK: Tokens = {
  paper: "#0f1114",
  panel: "#14161a",
  ink: "#eceae5",
  muted: "#a3a29d",
  mark: "#9a9c9f",
  track: "#2f343a",
  guide: "#262a30",
  line: "#2f343a",
  accent: "#6cb2f5",
  "on-accent": "#0d0f12",
  danger: "#ff6f7d",
  good: "#56c785",
  focus: "#8cc4ff",
  ...terms(TERM_COLOURS, "#0f1114", 0.3),
};

/** Black on white, for those who ask for more contrast, and for pale projectors. */
export const CONTRAST: Tokens = {
  paper: "#ffffff",
  panel: "#ffffff",
  ink: "#000000",
  muted: "#3a3a3a",
  mark: "#3a3a3a",
  track: "#c8c8c8",
  guide: "#b4b4b4",
  line: "#6b6b6b",
  accent: "#003f9e",
  "on-accent": "#ffffff",
  danger: "#a80020",
  good: "#00562a",
  focus: "#003f9e",
  ...terms(TERM_COLOURS_CONTRAST, "#ffffff", 0.12),
};

/** The reader's own system colours. Terms keep apart by number and pattern. */
const FORCED: Tokens = {
  paper: "Canvas",
  panel: "Canvas",
  ink: "CanvasText",
  muted: "CanvasText",
  mark: "CanvasText",
  track: "Canvas",
  // Faint lines behind everything: the full grey of disabled texts would be louder than the messages on them.
  guide: "color-mix(in srgb, GrayText 35%, Canvas)",
  line: "CanvasText",
  accent: "LinkText",
  "on-accent": "Canvas",
  danger: "LinkText",
  good: "CanvasText",
  focus: "Highlight",
  ...everyTerm(() => ["CanvasText", "Canvas", "Canvas"]),
};

/** System fonts only: nothing to load, and the figures of nearly all of them are of one width. */
export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/**
 * Style sheet text for the element: light unless the reader's system or the attribute `theme` says otherwise.
 * `data-theme` wins over all, for an element that has worked out by itself what "auto" means here.
 */
export const themeCss: string = [
  `:host { --raft-font: ${FONT}; ${declarations(LIGHT)} color-scheme: light; }`,
  `@media (prefers-color-scheme: dark) { :host { ${declarations(DARK)} color-scheme: dark; } }`,
  `@media (prefers-contrast: more) { :host { ${declarations(CONTRAST)} color-scheme: light; } }`,
  ...(["theme", "data-theme"] as const).flatMap((attribute) => [
    `:host([${attribute}="light"]) { ${declarations(LIGHT)} color-scheme: light; }`,
    `:host([${attribute}="dark"]) { ${declarations(DARK)} color-scheme: dark; }`,
    `:host([${attribute}="contrast"]) { ${declarations(CONTRAST)} color-scheme: light; }`,
  ]),
  `@media (forced-colors: active) { :host, :host([theme]), :host([data-theme]) { ${declarations(FORCED)} color-scheme: light dark; } }`,
].join("\n");

/** A table as CSS declarations. */
export function declarations(tokens: Tokens): string {
  return Object.entries(tokens)
    .map(([token, colour]) => `--raft-${token}: ${colour};`)
    .join(" ");
}

/** What the style sheets make of the colours on this element; call again when the theme or a media query changes. */
export function readTheme(element: Element): Theme {
  const style = getComputedStyle(element);
  return themeFrom((token) => style.getPropertyValue(`--raft-${token}`).trim(), style.getPropertyValue("--raft-font"));
}

/** A theme straight from a table, for exports and tests. Anything left blank falls back to the light table. */
export function themeFrom(colour: (token: Paint) => string, font = ""): Theme {
  const colours = Object.fromEntries(
    Object.entries(LIGHT).map(([token, fallback]) => [token, colour(token as Paint) || fallback]),
  ) as Record<Paint, string>;
  return { colours, font: font.trim() || FONT };
}

function terms(colours: readonly string[], paper: string, tint: number): Record<TermTokens, string> {
  return everyTerm((i) => {
    const strong = colours[i] ?? BLACK;
    const on = contrast(strong, WHITE) > contrast(strong, BLACK) ? WHITE : BLACK;
    return [strong, mix(paper, strong, tint), on];
  });
}

function everyTerm(colours: (i: number) => [strong: string, pale: string, on: string]): Record<TermTokens, string> {
  return Object.fromEntries(
    SLOTS.flatMap((slot, i) => {
      const [strong, pale, on] = colours(i);
      return [
        [`term-${slot}`, strong],
        [`term-${slot}-pale`, pale],
        [`term-${slot}-on`, on],
      ];
    }),
  ) as Record<TermTokens, string>;
}

/** WCAG contrast of two colours written as #rrggbb, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const linear = channels(colour).map((c) =>
    c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
}

function mix(under: string, over: string, share: number): string {
  const top = channels(over);
  const mixed = channels(under).map((c, i) => Math.round(c + ((top[i] ?? 0) - c) * share));
  return `#${mixed.map((c) => c.toString(16).padStart(2, "0")).join("")}`;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16));
}

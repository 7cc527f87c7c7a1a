import { expect, test } from "@playwright/test";
import {
  CONTRAST,
  contrast,
  DARK,
  declarations,
  LIGHT,
  type Token,
  themeCss,
  themeFrom,
} from "../../web/src/draw/theme.ts";
import { TERM_SLOTS, type TermSlot } from "../../web/src/scene/shapes.ts";

const THEMES = { light: LIGHT, dark: DARK, contrast: CONTRAST };
const TEXTS: Token[] = ["ink", "muted", "danger", "accent", "good"];
const MARKS: Token[] = ["mark", "focus", "ink", "accent", "danger", "good"];
const SLOTS = Array.from({ length: TERM_SLOTS }, (_, i) => (i + 1) as TermSlot);

for (const [name, tokens] of Object.entries(THEMES)) {
  test(`text of the ${name} theme is at least 4.5:1 on paper and panel`, () => {
    for (const text of TEXTS) {
      for (const under of ["paper", "panel"] as const)
        expect(contrast(tokens[text], tokens[under]), `${text} on ${under}`).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(tokens["on-accent"], tokens.accent)).toBeGreaterThanOrEqual(4.5);
  });

  test(`text of the ${name} theme is at least 4.5:1 on every term's colour and tint`, () => {
    for (const slot of SLOTS) {
      expect(contrast(tokens[`term-${slot}-on`], tokens[`term-${slot}`]), `on term ${slot}`).toBeGreaterThanOrEqual(
        4.5,
      );
      expect(contrast(tokens.ink, tokens[`term-${slot}-pale`]), `on the tint of term ${slot}`).toBeGreaterThanOrEqual(
        4.5,
      );
    }
  });

  test(`marks of the ${name} theme are at least 3:1 on paper and panel`, () => {
    for (const mark of [...MARKS, ...SLOTS.map((slot) => `term-${slot}` as const)]) {
      for (const under of ["paper", "panel"] as const)
        expect(contrast(tokens[mark], tokens[under]), `${mark} on ${under}`).toBeGreaterThanOrEqual(3);
    }
  });

  test(`a term's ring is at least 2:1 on its own tint in the ${name} theme`, () => {
    for (const slot of SLOTS)
      expect(contrast(tokens[`term-${slot}`], tokens[`term-${slot}-pale`])).toBeGreaterThanOrEqual(2);
  });
}

test("contrast is that of WCAG", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

test("the style sheet sets every token in every theme, and in forced colours", () => {
  for (const tokens of [LIGHT, DARK, CONTRAST]) expect(themeCss).toContain(declarations(tokens));
  expect(themeCss).toContain("forced-colors: active");
});

test("a theme takes what it is given and falls back on the light one", () => {
  const theme = themeFrom((token) => (token === "ink" ? "CanvasText" : ""));
  expect(theme.colours.ink).toBe("CanvasText");
  expect(theme.colours.paper).toBe(LIGHT.paper);
});

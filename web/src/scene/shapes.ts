/**
 * What a picture is made of: plain values that `draw/paint.ts` paints and `hit.ts` points at.
 *
 * All lengths are CSS pixels from the top left of the canvas. Colours are roles (`Paint`), never literal
 * colours, so that one scene serves every theme. Order in `Scene.shapes` is paint order: last is on top.
 */
import type { Target } from "./view.ts";

export interface Point {
  x: number;
  y: number;
}

/** Terms cycle through this many colours and as many patterns. */
export const TERM_SLOTS = 6;
export type TermSlot = 1 | 2 | 3 | 4 | 5 | 6;

/**
 * The part a colour plays. `term-n` is strong enough to be a mark on paper; `term-n-pale` is a tint of it to
 * write on in ink; `term-n-on` is the text colour that reads on the strong one.
 */
export type Paint =
  | "paper"
  | "panel"
  | "ink"
  | "muted"
  | "mark"
  | "track"
  | "guide"
  | "accent"
  | "danger"
  | "good"
  | "focus"
  | `term-${TermSlot}`
  | `term-${TermSlot}-pale`
  | `term-${TermSlot}-on`;

/** The only text sizes there are, in CSS pixels. */
export type TextSize = 11 | 13 | 16 | 20;

/** "dashed" for what is not settled, "dotted" for what is not there. */
export type Dash = "solid" | "dashed" | "dotted";

export type GlyphName =
  | "arrowhead"
  | "diamond"
  | "circle"
  | "square"
  | "crown"
  | "cross"
  | "pause"
  | "hand"
  | "bolt"
  | "flag"
  | "warning"
  | "chevron";

interface Common {
  /** What a click here means. Shapes without one are looked through. */
  target?: Target;
  /** For tooltips and the recording context of tests; not painted. */
  label?: string;
  /** 0 to 1; 1 if left out. */
  alpha?: number;
}

interface Outline {
  stroke: Paint | null;
  /** Line width, 1.5 if left out. */
  width?: number;
  dash?: Dash;
}

interface Filled extends Outline {
  fill: Paint | null;
  /** The pattern of a term, laid over the fill. */
  pattern?: TermSlot;
}

export type Shape =
  | (Common & Filled & { kind: "disc"; at: Point; radius: number })
  /** Angles are turns clockwise from the top: 0.25 is to the right. */
  | (Common & Outline & { kind: "arc"; at: Point; radius: number; from: number; to: number })
  | (Common & Outline & { kind: "line"; from: Point; to: Point })
  /** Many lines in one stroke: x1, y1, x2, y2 and so on. */
  | (Common & Outline & { kind: "segments"; flat: number[] })
  | (Common & Filled & { kind: "path"; points: readonly Point[]; closed: boolean })
  | (Common & Filled & { kind: "rect"; at: Point; wide: number; high: number; radius: number })
  /** A small sign from the table in `draw/glyphs.ts`, `size` from its middle to its edge. Points right at turn 0. */
  | (Common & Filled & { kind: "glyph"; name: GlyphName; at: Point; size: number; turn: number })
  | (Common & {
      kind: "text";
      /** The point of the text named by `align`, at half the height of its capitals. */
      at: Point;
      text: string;
      size: TextSize;
      bold: boolean;
      align: "left" | "center" | "right";
      colour: Paint;
      /** Outlined in paper, so that lines that pass behind leave it readable. */
      halo?: boolean;
      /** Squeezed if it would be wider. */
      widest?: number;
    });

export type TextShape = Extract<Shape, { kind: "text" }>;

/** Where a server stands, for the layer of focusable elements over the canvas. */
export interface ServerPlace {
  id: number;
  centre: Point;
  radius: number;
}

export interface Scene {
  shapes: Shape[];
  places: ServerPlace[];
}

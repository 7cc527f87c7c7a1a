/** All style sheets of the element, in order. Constructable, so that a host's content policy cannot refuse them. */
import { type CSSResult, unsafeCSS } from "lit";
import { themeCss } from "../../draw/theme.ts";
import base from "./base.css";
import layout from "./layout.css";
import measure from "./measure.css";
import narrow from "./narrow.css";
import panels from "./panels.css";

export const sheets: CSSResult[] = [themeCss, base, layout, measure, panels, narrow].map((text) => unsafeCSS(text));

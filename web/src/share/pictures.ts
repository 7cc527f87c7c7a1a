/** Saving figures: as SVG with real text, and as PNG. Colours are written into the copy, since a file has no style sheet. */
import { save } from "./files.ts";

/** What a file must know of how a shape looks. */
const STYLES = ["fill", "stroke", "stroke-width", "stroke-opacity", "font-family", "font-size", "font-weight"];
/** Pixels of the PNG for one of the figure. */
const SHARP = 2;
const GAP = 12;

export function saveSvg(name: string, figures: readonly SVGSVGElement[]): void {
  save(`${name}.svg`, new Blob([together(figures).text], { type: "image/svg+xml" }));
}

export async function savePng(name: string, figures: readonly SVGSVGElement[]): Promise<void> {
  const { text, width, height, paper } = together(figures);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * SHARP;
  canvas.height = height * SHARP;
  const pen = canvas.getContext("2d");
  if (pen === null) return;
  pen.fillStyle = paper;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob && save(`${name}.png`, blob));
}

/** All figures one below the other. */
function together(figures: readonly SVGSVGElement[]): { text: string; width: number; height: number; paper: string } {
  const parts: string[] = [];
  let [width, height, paper] = [0, 0, "white"];
  for (const figure of figures) {
    const box = figure.viewBox.baseVal;
    paper = backgroundOf(figure);
    parts.push(`<g transform="translate(0 ${height})">${styled(figure).innerHTML}</g>`);
    width = Math.max(width, box.width);
    height += box.height + GAP;
  }
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="100%" height="100%" fill="${paper}"/>${parts.join("")}</svg>`;
  return { text, width, height, paper };
}

/** A copy that looks the same without a style sheet. */
function styled(figure: SVGSVGElement): SVGSVGElement {
  const copy = figure.cloneNode(true) as SVGSVGElement;
  const from = figure.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((shape, at) => {
    const original = from[at];
    if (original === undefined) return;
    const style = getComputedStyle(original);
    for (const name of STYLES) shape.setAttribute(name, style.getPropertyValue(name));
  });
  return copy;
}

function backgroundOf(figure: Element): string {
  const dialog = figure.closest("dialog");
  return dialog === null ? "white" : getComputedStyle(dialog).backgroundColor;
}

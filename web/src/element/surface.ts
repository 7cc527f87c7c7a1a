/** A canvas that is as sharp as the screen, also inside a scaled slide. */
import { paint } from "../draw/paint.ts";
import type { Theme } from "../draw/theme.ts";
import type { Point, Scene } from "../scene/shapes.ts";

export class Surface {
  readonly canvas: HTMLCanvasElement;
  scene: Scene = { shapes: [], places: [] };
  widthCss = 0;
  heightCss = 0;
  #context: CanvasRenderingContext2D | null;
  #scale = 1;
  #ground: HTMLCanvasElement | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
    this.#context = canvas.getContext("2d");
  }

  /** Measures anew; false while there is nothing to draw on (a hidden slide has no size). */
  fit(): boolean {
    const { offsetWidth, offsetHeight } = this.canvas;
    if (offsetWidth === 0 || offsetHeight === 0) return false;
    // A ResizeObserver does not see the transforms by which slides are scaled.
    this.#scale = devicePixelRatio * this.#zoom();
    this.widthCss = offsetWidth;
    this.heightCss = offsetHeight;
    const width = Math.round(offsetWidth * this.#scale);
    const height = Math.round(offsetHeight * this.#scale);
    // Setting a size clears the canvas, even to the same one.
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    return true;
  }

  /** Paints a scene, over a ground that was laid before if there is one. */
  draw(scene: Scene, theme: Theme): void {
    this.scene = scene;
    if (this.#context && this.widthCss > 0) paint(this.#context, scene, theme, this.#scale, this.#ground);
  }

  /** Paints what lies under all scenes to come, until another ground is laid. */
  lay(ground: Scene, theme: Theme): void {
    // Of the same document, because a canvas of its own would not know the reader's system colours.
    this.#ground ??= this.canvas.ownerDocument.createElement("canvas");
    if (this.#ground.width !== this.canvas.width) this.#ground.width = this.canvas.width;
    if (this.#ground.height !== this.canvas.height) this.#ground.height = this.canvas.height;
    const pen = this.#ground.getContext("2d");
    if (pen) paint(pen, ground, theme, this.#scale);
  }

  /** Where a pointer is, in the scene's pixels. */
  pointOf(event: MouseEvent): Point {
    const box = this.canvas.getBoundingClientRect();
    const zoom = this.#zoom();
    return { x: (event.clientX - box.left) / zoom, y: (event.clientY - box.top) / zoom };
  }

  #zoom(): number {
    return this.canvas.getBoundingClientRect().width / this.canvas.offsetWidth || 1;
  }
}

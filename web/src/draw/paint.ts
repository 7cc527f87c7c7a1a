import type { Scene } from "../scene/shapes.ts";
import type { Theme } from "./theme.ts";

/** Paints a scene over the whole canvas; `scale` is backing store pixels per CSS pixel. */
export function paint(context: CanvasRenderingContext2D, scene: Scene, theme: Theme, scale: number): void {
  void context, void scene, void theme, void scale;
}

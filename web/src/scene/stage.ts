import type { Frame } from "../engine/frame.ts";
import { inside } from "./hit.ts";
import type { Point, Scene } from "./shapes.ts";
import type { StageView } from "./view.ts";

/** The ring of servers with everything that is on its way between them. */
export function stageScene(frame: Frame, view: StageView): Scene {
  void frame, void view;
  return { shapes: [], places: [] };
}

/** Ids of the servers that a drawn fence encloses, in ring order. */
export function serversInside(fence: Point[], scene: Scene): number[] {
  return scene.places.filter((place) => inside(place.centre, fence)).map((place) => place.id);
}

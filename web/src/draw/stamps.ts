/**
 * Pictures of shapes that stay as they are, e.g. the disc of a server or a cell of a log.
 *
 * Filling, patterning and outlining a path costs several times what copying a small picture costs, and most shapes
 * look the same frame after frame. Who moves or changes with every frame is never seen twice and is painted directly.
 */
import type { Shape } from "../scene/shapes.ts";
import type { Theme } from "./theme.ts";

type Context = CanvasRenderingContext2D;

/** The kinds that are worth a picture. */
export type Stampable = Extract<Shape, { kind: "disc" | "rect" }>;

/** The pixels of the canvas that a shape may touch. */
export interface Place {
  left: number;
  top: number;
  wide: number;
  high: number;
}

interface Album {
  theme: Theme;
  scale: number;
  /** null: painted once, and not yet worth a picture. */
  pictures: Map<string, HTMLCanvasElement | null>;
}

/** Copying a large picture is no cheaper than painting it. */
const SIDE_MOST = 160;
const PICTURES_MOST = 400;

const albums = new WeakMap<Context, Album>();

/** Where a shape is, in whole pixels, with room for its outline. */
export function placeOf(shape: Stampable, scale: number): Place {
  const over = shape.stroke ? (shape.width ?? 1.5) / 2 + 1 : 1;
  const [x, y] =
    shape.kind === "disc" ? [shape.at.x - shape.radius, shape.at.y - shape.radius] : [shape.at.x, shape.at.y];
  const [wide, high] = shape.kind === "disc" ? [shape.radius * 2, shape.radius * 2] : [shape.wide, shape.high];
  const left = Math.floor((x - over) * scale);
  const top = Math.floor((y - over) * scale);
  return {
    left,
    top,
    wide: Math.ceil((x + wide + over) * scale) - left,
    high: Math.ceil((y + high + over) * scale) - top,
  };
}

/** The picture of a shape, made by `draw` when it is asked for a second time; null if it is to be painted directly. */
export function stampOf(
  context: Context,
  shape: Stampable,
  place: Place,
  theme: Theme,
  scale: number,
  draw: (pen: Context) => void,
): HTMLCanvasElement | null {
  const plain = !shape.pattern && shape.kind === "rect";
  if (plain || shape.alpha !== undefined || Math.max(place.wide, place.high) > SIDE_MOST) return null;
  const { pictures } = albumOf(context, theme, scale);
  const key = keyOf(shape, place, scale);
  const known = pictures.get(key);
  if (known) return known;
  if (pictures.size >= PICTURES_MOST) pictures.clear();
  const picture = known === null ? pictureOf(context, place, draw) : null;
  pictures.set(key, picture);
  return picture;
}

function albumOf(context: Context, theme: Theme, scale: number): Album {
  let album = albums.get(context);
  if (album?.theme === theme && album.scale === scale) return album;
  album = { theme, scale, pictures: new Map() };
  albums.set(context, album);
  return album;
}

/** Equal for shapes that look the same to the pixel: how they look, and where between two pixels they begin. */
function keyOf(shape: Stampable, { left, top }: Place, scale: number): string {
  const size = shape.kind === "disc" ? shape.radius : `${shape.wide} ${shape.high} ${shape.radius}`;
  const [x, y] = [Math.round((shape.at.x * scale - left) * 64), Math.round((shape.at.y * scale - top) * 64)];
  return `${x} ${y} ${size} ${shape.fill} ${shape.pattern} ${shape.stroke} ${shape.width} ${shape.dash}`;
}

/** A canvas of the same document, because one of its own would not know the reader's system colours. */
function pictureOf(context: Context, { wide, high }: Place, draw: (pen: Context) => void): HTMLCanvasElement | null {
  const picture = context.canvas.ownerDocument?.createElement("canvas");
  if (!picture) return null;
  picture.width = wide;
  picture.height = high;
  const pen = picture.getContext("2d");
  if (!pen) return null;
  draw(pen);
  return picture;
}

/**
 * Where a message is: a function of time between its sending and its arrival, so that pausing freezes it and
 * rewinding takes it back.
 */
import type { MessageFrame } from "../engine/frame.ts";
import { type Layout, reach } from "./layout.ts";
import type { Point, ServerPlace } from "./shapes.ts";

/** The straight way of messages from one place to another, from rim to rim. */
export interface Lane {
  from: Point;
  to: Point;
  /** Direction of travel, of length 1. */
  along: Point;
  long: number;
}

export interface Travel {
  /** 0 at the sender's rim, 1 at the receiver's. */
  share: number;
  /** 1 in full strength, 0 gone. */
  strength: number;
  /** How far a lost message has fallen apart, 0 to 1. */
  broken: number;
}

/** How far to the right of the straight line a message keeps, so that opposite directions pass each other. */
const KEEP_RIGHT = { large: 6, medium: 3, small: 1.5 } as const;

/** Where a message is drawn that does not move: with reduced motion, or without a time of arrival. */
const HALF_WAY = 0.5;

export function laneBetween(layout: Layout, from: ServerPlace, to: ServerPlace): Lane {
  const dx = to.centre.x - from.centre.x;
  const dy = to.centre.y - from.centre.y;
  const whole = Math.max(1e-6, Math.hypot(dx, dy));
  const along = { x: dx / whole, y: dy / whole };
  const aside = KEEP_RIGHT[layout.tier];
  const side = { x: -along.y * aside, y: along.x * aside };
  // Neighbours may stand so close that the rims would meet: leave them a third of the way at least.
  const most = whole / 3;
  const leave = Math.min(most, rim(layout, from, along.y));
  const enter = Math.min(most, rim(layout, to, -along.y));
  return {
    from: { x: from.centre.x + along.x * leave + side.x, y: from.centre.y + along.y * leave + side.y },
    to: { x: to.centre.x - along.x * enter + side.x, y: to.centre.y - along.y * enter + side.y },
    along,
    long: whole - leave - enter,
  };
}

/** Distance from a server's or client's centre at which its messages appear and vanish. */
function rim(layout: Layout, place: ServerPlace, uy: number): number {
  if (place.id >= 1000) return place.radius + 8;
  switch (layout.tier) {
    case "large":
      return reach(layout, uy) + 8;
    case "medium":
      return layout.radius + 10;
    case "small":
      return layout.radius + 5;
    default:
      return layout.tier satisfies never;
  }
}

export function travelOf(message: MessageFrame, nowUs: number, reducedMotion: boolean): Travel {
  const span = message.arriveUs - message.sentUs;
  const share =
    span > 0 && Number.isFinite(span) ? Math.min(1, Math.max(0, (nowUs - message.sentUs) / span)) : HALF_WAY;
  switch (message.fate) {
    case "travelling":
      return { share: reducedMotion ? HALF_WAY : share, strength: 1, broken: 0 };
    case "held":
      // It waits where it was when it was taken; when it would have arrived no longer matters.
      return { share: message.lostAt, strength: 1, broken: 0 };
    case "lost": {
      const gone = share <= message.lostAt ? 0 : (share - message.lostAt) / Math.max(1e-6, 1 - message.lostAt);
      if (reducedMotion) return { share: message.lostAt, strength: 0.7, broken: 0.5 };
      return { share: Math.min(share, message.lostAt), strength: 1 - gone, broken: gone };
    }
    default:
      return message.fate satisfies never;
  }
}

export function pointOn(lane: Lane, share: number): Point {
  return {
    x: lane.from.x + (lane.to.x - lane.from.x) * share,
    y: lane.from.y + (lane.to.y - lane.from.y) * share,
  };
}

/** Turns clockwise from pointing right, as glyphs count them. */
export function turnOf(along: Point): number {
  return Math.atan2(along.y, along.x) / (2 * Math.PI);
}

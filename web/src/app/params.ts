/**
 * The element's attributes, which are also the page's URL parameters: one table for both.
 *
 * A value that cannot be used is replaced by the default, and a sentence says so.
 * Values come from links and host pages, so nothing here may throw.
 */
import type { DialogName, Intent, ThemeName } from "./intents.ts";
import { DEFAULT_SPEED, nearestSpeed, SPEEDS, speedText } from "./playback.ts";

export interface Params {
  scenario: string;
  /** 0: as the scenario has it. */
  servers: number;
  /** "": as the scenario has it. */
  seed: string;
  autoplay: boolean;
  speed: number;
  theme: ThemeName;
  readonly: boolean;
  projector: boolean;
  nohotkeys: boolean;
  controls: "full" | "mini" | "none";
  panels: readonly string[] | null;
  /** The text of a shared run; wins over scenario, servers and seed. */
  run: string;
}

export interface Notice {
  id: number;
  text: string;
  /** It answers what the reader has just done, and goes with what they do next. */
  passing: boolean;
  /** Where it is shown: above the stage; over the tape, of which it speaks; or in the dialog that it answers. */
  place: "page" | "tape" | DialogName;
  /** Something that can be done about it. */
  offer: { text: string; intent: Intent } | null;
}

export const MAX_SERVERS = 101;
export const PANELS: readonly string[] = ["logs", "story", "feed", "inspector", "faults", "time"];

/** Returns undefined for a value that cannot be used. */
type Reader<T> = (value: string) => T | undefined;

interface Param<T> {
  fallback: T;
  read: Reader<T>;
  /** What would have been right. */
  wants: string;
}

const flag: Reader<boolean> = (value) => {
  // The word "false" must mean false: some frameworks write booleans as strings.
  if (/^(|1|true|yes)$/i.test(value)) return true;
  return /^(0|false|no)$/i.test(value) ? false : undefined;
};

const oneOf =
  <T extends string>(...choices: T[]): Reader<T> =>
  (value) =>
    choices.find((choice) => choice === value.toLowerCase());

const whole: Reader<number> = (value) => {
  const n = /^\d{1,3}$/.test(value) ? Number(value) : 0;
  return n >= 1 && n <= MAX_SERVERS ? n : undefined;
};

const seed: Reader<string> = (value) => {
  if (!/^(\d{1,20}|0x[0-9a-f]{1,16})$/i.test(value)) return undefined;
  const n = BigInt(value);
  return n < 2n ** 64n ? n.toString() : undefined;
};

/** "0.05", "1/20" and "1/20x" are the same. Speeds between the choices go to the nearest one. */
const speed: Reader<number> = (value) => {
  const parts = /^(\d*\.?\d+)(?:\/(\d*\.?\d+))?\s*[x×]?$/.exec(value);
  const n = parts ? Number(parts[1]) / Number(parts[2] ?? 1) : Number.NaN;
  const [slowest, fastest] = [SPEEDS[0] ?? 0, SPEEDS.at(-1) ?? 0];
  return n >= slowest * 0.999 && n <= fastest ? nearestSpeed(n) : undefined;
};

const panels: Reader<readonly string[]> = (value) => {
  const asked = value.split(/[\s,]+/).filter(Boolean);
  return asked.every((panel) => PANELS.includes(panel)) ? asked : undefined;
};

const none = (wants: string): Param<boolean> => ({ fallback: false, read: flag, wants });
const YES_NO = "true or false";

export const PARAMS: { readonly [K in keyof Params]: Param<Params[K]> } = {
  scenario: {
    fallback: "first-election",
    read: (value) => (/^[a-z0-9-]{1,64}$/.test(value) ? value : undefined),
    wants: "the name of a scenario, such as first-election",
  },
  servers: { fallback: 0, read: whole, wants: `a whole number from 1 to ${MAX_SERVERS}` },
  seed: { fallback: "", read: seed, wants: "a whole number below 2^64" },
  autoplay: none(YES_NO),
  speed: { fallback: DEFAULT_SPEED, read: speed, wants: "a number from 1/1000 to 10" },
  theme: { fallback: "auto", read: oneOf("auto", "light", "dark", "contrast"), wants: "auto, light, dark or contrast" },
  readonly: none(YES_NO),
  projector: none(YES_NO),
  nohotkeys: none(YES_NO),
  controls: {
    fallback: "full",
    read: (value) => (value === "" ? "full" : oneOf("full", "mini", "none")(value)),
    wants: "full, mini or none",
  },
  panels: { fallback: null, read: panels, wants: `some of ${PANELS.join(", ")}` },
  run: { fallback: "", read: (value) => value.trim(), wants: "the text of a shared run" },
};

export const PARAM_NAMES = Object.keys(PARAMS) as (keyof Params)[];

/** The old and the other name of a parameter. */
export const ALIASES: Readonly<Record<string, keyof Params>> = { nodes: "servers" };

/** Reads all parameters from attributes or a query; `get` answers null for one that is absent. */
export function readParams(get: (name: string) => string | null): { params: Params; notices: string[] } {
  const notices: string[] = [];
  const params: Partial<Record<keyof Params, unknown>> = {};
  for (const key of PARAM_NAMES) {
    const alias = Object.keys(ALIASES).find((other) => ALIASES[other] === key);
    const value = get(key) ?? (alias === undefined ? null : get(alias));
    params[key] = readOne(key, value, notices);
  }
  return { params: params as Params, notices };
}

function readOne<K extends keyof Params>(key: K, value: string | null, notices: string[]): Params[K] {
  const param: Param<Params[K]> = PARAMS[key];
  if (value === null) return param.fallback;
  const read = param.read(value.trim());
  if (read !== undefined) return read;
  notices.push(invalid(key, value, param.wants, fallbackText(key)));
  return param.fallback;
}

export function invalid(key: string, value: string, wants: string, instead: string): string {
  const shown = value.length > 40 ? `${value.slice(0, 40)}…` : value;
  return `The value “${shown}” of ${key} cannot be used; it takes ${wants}. ${instead}`;
}

function fallbackText(key: keyof Params): string {
  if (key === "servers" || key === "seed") return "The scenario's own is used.";
  if (key === "speed") return `${speedText(DEFAULT_SPEED)} of real time is used.`;
  const fallback = PARAMS[key].fallback;
  return typeof fallback === "string" && fallback !== "" ? `${fallback} is used.` : "It is left out.";
}

/** Parameters in a query that mean nothing here, each as a sentence. */
export function unknownParams(keys: Iterable<string>): string[] {
  const known = new Set<string>([...PARAM_NAMES, ...Object.keys(ALIASES)]);
  return [...keys]
    .filter((key) => !known.has(key))
    .map((key) => `The parameter “${key.slice(0, 40)}” is not known; it is left out.`);
}

/** Commands as text, in the one form that scenario files, the terminal and the page share (docs/commands.md). */

const server = (id: number): string => `S${id}`;

export const crash = (id: number): string => `crash ${server(id)}`;
export const restart = (id: number): string => `restart ${server(id)}`;
export const pause = (id: number): string => `pause ${server(id)}`;
export const resume = (id: number): string => `resume ${server(id)}`;
export const transfer = (id: number): string => `transfer ${server(id)}`;
export const compact = (id: number): string => `compact ${server(id)}`;
export const change = (verb: "add" | "remove" | "learner" | "promote", id: number): string => `${verb} ${server(id)}`;
/** By joint consensus; a cluster in which nobody votes is none. */
export const changeAll = (ids: readonly number[]): string | null =>
  ids.length === 0 ? null : `change ${ids.map(server).join(" ")}`;
export const timeOut = (id: number): string => `timeout ${server(id)}`;
export const cut = (from: number, to: number): string => `cut ${server(from)} -> ${server(to)}`;
export const mend = (from: number, to: number): string => `mend ${server(from)} -> ${server(to)}`;
export const setRule = (id: string, on: boolean): string => `set rule ${id} ${on ? "on" : "off"}`;
export const setMistake = (id: string, on: boolean): string => `set mistake ${id} ${on ? "on" : "off"}`;
export const setOption = (id: string, on: boolean): string => `set option ${id} ${on ? "on" : "off"}`;

/** Groups without members are left out; fewer than two groups are no partition. */
export function partition(groups: readonly (readonly number[])[]): string | null {
  const filled = groups.filter((group) => group.length > 0);
  if (filled.length < 2) return null;
  return `partition ${filled.map((group) => group.map(server).join(" ")).join(" | ")}`;
}

/** What a fence drawn around some of `all` servers means: those inside against the rest. */
export function fence(inside: readonly number[], all: readonly number[]): string | null {
  return partition([inside, all.filter((id) => !inside.includes(id))]);
}

/** Whether the text of a request asks for a value; one that says nothing yet does not. */
export const isRead = (text: string): boolean => text.trim() !== "" && !text.includes("=");

/** "x=4" is a write, "x" or "read x" a read; either may go to one server. */
export function request(text: string, to: number): string | null {
  const words = text.trim().replace(/\s*=\s*/, "=");
  if (words === "") return null;
  const addressed = to > 0 ? ` to ${server(to)}` : "";
  if (!isRead(words)) return `request ${words}${addressed}`;
  return `read ${words.replace(/^read\s+/, "")}${addressed}`;
}

export const burst = (count: number): string => `burst ${count}`;

/** Forms that stand in the fields of the Faults panel; the engine judges what follows the word. */
export const setting = (word: string, value: string): string => `${word} ${value.trim()}`;

export type MessageAct = "drop" | "deliver" | "delay" | "copy" | "hold" | "release";

export function message(act: MessageAct, key: string, delay = "20ms"): string {
  return act === "delay" ? `delay ${key} ${delay}` : `${act} ${key}`;
}

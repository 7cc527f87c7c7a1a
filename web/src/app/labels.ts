/** Short texts that several places share: times, names of things, speeds. Sentences about Raft come from the engine. */
import type { Frame, MessageFrame, MessageKind, ServerFrame } from "../engine/frame.ts";
import type { EntryCell } from "../engine/types.ts";
import { votes } from "../scene/text.ts";

/** "412.3 ms" below ten seconds, then "12.345 s": wherever a moment is named. */
export function time(us: number): string {
  if (us < 10_000_000) return `${(us / 1000).toFixed(1)} ms`;
  return `${(us / 1_000_000).toFixed(3)} s`;
}

/** "250us", "5ms", "1.5s" as in commands. */
export function plainTime(us: number): string {
  if (us % 1000 !== 0) return `${us}us`;
  return us >= 1_000_000 && us % 100_000 === 0 ? `${us / 1_000_000}s` : `${us / 1000}ms`;
}

export const name = (id: number): string => (id >= 1000 ? `C${id - 1000}` : `S${id}`);

export function names(ids: readonly number[]): string {
  const all = ids.map(name);
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

type Stands = Pick<ServerFrame, "up" | "paused" | "role" | "standing">;

export function standing(server: Stands): string {
  if (!server.up) return "crashed";
  return server.paused ? `${part(server)}, paused` : part(server);
}

/** The role of a server, or what else it is to the cluster: "learner", "candidate, outside", "leader, outgoing". */
function part({ role, standing }: Stands): string {
  if (standing === "learner" && role === "follower") return "learner";
  return standing === "outside" || standing === "outgoing" ? `${role}, ${standing}` : role;
}

/** "S3, follower, term 2, log 4 entries, committed 3" */
export function serverLabel(server: ServerFrame): string {
  const campaign = server.up && server.role === "candidate" ? `, ${votes(server)} votes` : "";
  const log = `log ${count(server.lastIndex, "entry", "entries")}`;
  return `${name(server.id)}, ${standing(server)}, term ${server.term}${campaign}, ${log}, committed ${server.commitIndex}`;
}

/** "x=4, term 2, committed" */
export function cellLabel({ text, term, committed }: EntryCell): string {
  return `${text}, term ${term}${committed ? ", committed" : ""}`;
}

const KIND: Record<MessageKind, string> = {
  append: "AppendEntries",
  "append-reply": "answer to AppendEntries",
  vote: "RequestVote",
  "vote-reply": "vote",
  "pre-vote": "pre-vote request",
  "pre-vote-reply": "pre-vote answer",
  "timeout-now": "TimeoutNow",
  request: "client request",
  "request-reply": "answer to the client",
  install: "InstallSnapshot",
  "install-reply": "answer to InstallSnapshot",
};

export function messageKind(message: Pick<MessageFrame, "kind" | "heartbeat" | "ok">): string {
  if (message.kind === "append" && message.heartbeat) return "heartbeat";
  if (message.kind === "append-reply" && message.heartbeat) return "answer to a heartbeat";
  if (message.kind === "vote-reply" && !message.ok) return "refusal";
  return KIND[message.kind];
}

export function messageLabel(message: MessageFrame): string {
  const entries = message.entries > 0 ? `, ${count(message.entries, "entry", "entries")}` : "";
  const fate = message.fate === "travelling" ? "" : `, ${message.fate}`;
  return `${messageKind(message)}, ${name(message.from)} to ${name(message.to)}, term ${message.term}${entries}${fate}`;
}

/** What the time bar says to those who do not see it: "412.3 ms, event 118, term 2". */
export function timeLabel(frame: Frame): string {
  return `${time(frame.timeUs)}, event ${frame.event}, term ${frame.highestTerm}`;
}

/**
 * The flat array that crosses from wasm once per frame, and the objects that it becomes.
 *
 * Layout (numbers are Float64; mirrored in crates/raft-wasm/src/frame.rs, checked by a test):
 * header of HEADER numbers, then `servers` blocks of SERVER numbers, then `messages` blocks of MESSAGE numbers.
 */
export const HEADER = 12;
export const SERVER = 28;
export const MESSAGE = 18;

export interface Frame {
  timeUs: number;
  event: number;
  edgeUs: number;
  revision: number;
  /** The run is stopped by a violation that the reader has not yet passed. */
  stopped: boolean;
  /** Highest index that any server has counted as committed. */
  committed: number;
  highestTerm: number;
  lastIndexMax: number;
  servers: ServerFrame[];
  messages: MessageFrame[];
}

export type RoleName = "follower" | "pre-candidate" | "candidate" | "leader";
const ROLES: readonly RoleName[] = ["follower", "pre-candidate", "candidate", "leader"];

export interface ServerFrame {
  id: number;
  up: boolean;
  paused: boolean;
  role: RoleName;
  term: number;
  votedFor: number;
  leader: number;
  commitIndex: number;
  lastApplied: number;
  lastIndex: number;
  lastTerm: number;
  /** -1 if it has no timer. */
  deadlineUs: number;
  timeoutUs: number;
  votes: number;
  votesNeeded: number;
  /** -1 if nothing is being written. */
  writeSinceUs: number;
  writeDueUs: number;
  /** Group of the partition, from 1; 0 if there is none. */
  group: number;
  /** Servers that voted for it, as ids. */
  voters: number[];
  /** What it is to the cluster, by the configuration of the leader. */
  standing: Standing;
  /** Index of the last entry that a snapshot stands for in its log; 0 if there is none. */
  base: number;
  /** The two majorities that a decision takes while the configuration in force there is joint; null if it is not. */
  joint: { old: Half; next: Half } | null;
}

/** Of one of the two groups of a joint configuration: its votes, how many it takes, and how many servers it has. */
export interface Half {
  votes: number;
  needed: number;
  of: number;
}

export type Standing = "voter" | "outgoing" | "learner" | "outside";
const STANDINGS: readonly Standing[] = ["voter", "outgoing", "learner", "outside"];

export type MessageKind =
  | "append"
  | "append-reply"
  | "vote"
  | "vote-reply"
  | "pre-vote"
  | "pre-vote-reply"
  | "request"
  | "request-reply"
  | "install"
  | "install-reply"
  | "timeout-now";
const KINDS: readonly MessageKind[] = [
  "append",
  "append-reply",
  "vote",
  "vote-reply",
  "pre-vote",
  "pre-vote-reply",
  "request",
  "request-reply",
  "install",
  "install-reply",
  "timeout-now",
];
export type Fate = "travelling" | "lost" | "held";
const FATES: readonly Fate[] = ["travelling", "lost", "held"];

export interface MessageFrame {
  /** Stays the same while the message is in flight. */
  id: number;
  kind: MessageKind;
  /** Server id, or 1000 + client number. */
  from: number;
  to: number;
  sentUs: number;
  arriveUs: number;
  fate: Fate;
  /** For a lost or held message, the share of its way (0 to 1) at which it is lost or held. */
  lostAt: number;
  /** 0 for the original, 1.. for a duplicate. */
  copy: number;
  term: number;
  /** prev_log_index, last_log_index, or match_index of a reply. */
  index: number;
  /** prev_log_term or last_log_term. */
  logTerm: number;
  /** Number of entries carried. */
  entries: number;
  /** Term of the first entry carried. */
  entryTerm: number;
  leaderCommit: number;
  /** success, vote_granted, or an accepted client request. */
  ok: boolean;
  /** An AppendEntries without entries, or its reply. */
  heartbeat: boolean;
}

export function decodeFrame(a: Float64Array): Frame {
  const at = (i: number): number => a[i] ?? 0;
  const servers: ServerFrame[] = [];
  const messages: MessageFrame[] = [];
  let p = HEADER;
  for (let i = 0; i < at(1); i++, p += SERVER) servers.push(decodeServer(at, p));
  for (let i = 0; i < at(2); i++, p += MESSAGE) messages.push(decodeMessage(at, p));
  return {
    timeUs: at(3),
    event: at(4),
    edgeUs: at(5),
    revision: at(6),
    stopped: at(7) === 1,
    committed: at(8),
    highestTerm: at(9),
    lastIndexMax: at(10),
    servers,
    messages,
  };
}

function decodeServer(at: (i: number) => number, p: number): ServerFrame {
  return {
    id: at(p),
    up: at(p + 1) !== 0,
    paused: at(p + 1) === 2,
    role: ROLES[at(p + 2)] ?? "follower",
    term: at(p + 3),
    votedFor: at(p + 4),
    leader: at(p + 5),
    commitIndex: at(p + 6),
    lastApplied: at(p + 7),
    lastIndex: at(p + 8),
    lastTerm: at(p + 9),
    deadlineUs: at(p + 10),
    timeoutUs: at(p + 11),
    votes: at(p + 12),
    votesNeeded: at(p + 13),
    writeSinceUs: at(p + 14),
    writeDueUs: at(p + 15),
    group: at(p + 16),
    voters: bits(at(p + 17), at(p + 18), at(p + 19)),
    standing: STANDINGS[at(p + 20)] ?? "voter",
    base: at(p + 21),
    joint: at(p + 24) > 0 ? { old: half(at, p + 22), next: half(at, p + 25) } : null,
  };
}

function half(at: (i: number) => number, p: number): Half {
  return { votes: at(p), needed: at(p + 1), of: at(p + 2) };
}

/** Three numbers of 48 bits each; bit 0 of the first is server 1. */
function bits(...words: number[]): number[] {
  const ids: number[] = [];
  words.forEach((word, w) => {
    for (let rest = word, b = 1; rest > 0; rest = Math.floor(rest / 2), b++) {
      if (rest % 2 === 1) ids.push(w * 48 + b);
    }
  });
  return ids;
}

function decodeMessage(at: (i: number) => number, p: number): MessageFrame {
  return {
    id: at(p),
    kind: KINDS[at(p + 1)] ?? "append",
    from: at(p + 2),
    to: at(p + 3),
    sentUs: at(p + 4),
    arriveUs: at(p + 5),
    fate: FATES[at(p + 6)] ?? "travelling",
    lostAt: at(p + 7),
    copy: at(p + 8),
    term: at(p + 9),
    index: at(p + 10),
    logTerm: at(p + 11),
    entries: at(p + 12),
    entryTerm: at(p + 13),
    leaderCommit: at(p + 14),
    ok: at(p + 15) === 1,
    heartbeat: at(p + 16) === 1,
  };
}

/** Made-up frames and views for the tests of the scene: only what a test names matters. */
import type { Frame, MessageFrame, MessageKind, ServerFrame } from "../../web/src/engine/frame.ts";
import type { StageView } from "../../web/src/scene/view.ts";

export const NOW = 400_000;

export function server(id: number, given: Partial<ServerFrame> = {}): ServerFrame {
  return {
    id,
    up: true,
    paused: false,
    role: "follower",
    term: 2,
    votedFor: 0,
    leader: 1,
    commitIndex: 3,
    lastApplied: 3,
    lastIndex: 3,
    lastTerm: 2,
    deadlineUs: NOW + 100_000,
    timeoutUs: 200_000,
    votes: 0,
    votesNeeded: 3,
    writeSinceUs: -1,
    writeDueUs: -1,
    group: 0,
    voters: [],
    standing: "voter",
    base: 0,
    joint: null,
    ...given,
  };
}

/** A message that has gone `share` of its way of 8 ms. */
export function message(
  from: number,
  to: number,
  kind: MessageKind,
  share: number,
  given: Partial<MessageFrame> = {},
): MessageFrame {
  return {
    id: from * 1000 + to,
    kind,
    from,
    to,
    sentUs: NOW - share * 8000,
    arriveUs: NOW + (1 - share) * 8000,
    fate: "travelling",
    lostAt: 0.5,
    copy: 0,
    term: 2,
    index: 3,
    logTerm: 2,
    entries: 0,
    entryTerm: 2,
    leaderCommit: 3,
    ok: true,
    heartbeat: false,
    ...given,
  };
}

export function frame(servers: ServerFrame[], messages: MessageFrame[] = []): Frame {
  return {
    timeUs: NOW,
    event: 1,
    edgeUs: NOW,
    revision: 1,
    stopped: false,
    committed: 3,
    highestTerm: 2,
    lastIndexMax: 3,
    servers,
    messages,
  };
}

export function ring(count: number): ServerFrame[] {
  return Array.from({ length: count }, (_, i) => server(i + 1));
}

export function view(given: Partial<StageView> = {}): StageView {
  return {
    widthCss: 1040,
    heightCss: 524,
    selected: null,
    hovered: null,
    focused: null,
    reducedMotion: false,
    tool: "select",
    fenceDraft: null,
    cutDraft: null,
    partition: [],
    cuts: [],
    departures: "",
    violationServers: [],
    projector: false,
    speed: 0.01,
    ...given,
  };
}

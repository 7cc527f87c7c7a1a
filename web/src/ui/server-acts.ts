/** What can be asked of one server, and of the cluster about it. What would come to nothing says why. */
import { html, nothing, type TemplateResult } from "lit";
import * as commands from "../app/commands.ts";
import type { Send } from "../app/intents.ts";
import type { ServerView } from "../engine/types.ts";
import { act } from "./parts.ts";

export type Asked = Pick<ServerView, "id" | "up" | "paused" | "role" | "standing" | "futile">;

export function serverActs(server: Asked, send: Send): TemplateResult {
  const { id, up, paused } = server;
  const does = doing(send);
  if (!up)
    return html`
      ${does("Restart", commands.restart(id), "It starts again from what its disk holds (c)")}
      ${membershipActs(server, send)}
    `;
  return html`
    ${does("Crash", commands.crash(id), "It loses everything that is not on its disk (c)")}
    ${
      paused
        ? does("Resume", commands.resume(id), "It goes on where it was (p)")
        : does("Pause", commands.pause(id), "It freezes and loses nothing (p)")
    }
    ${does("Time out", commands.timeOut(id), "Its timer runs out now (t)")}
    ${does("Send request", `request x=${id} to S${id}`, "A client writes to this server (r)")}
    ${handOver(server, send)}
    ${does(
      "Take a snapshot",
      commands.compact(id),
      "A snapshot replaces what it has applied of its log",
      server.futile.compact,
    )}
    ${membershipActs(server, send)}
  `;
}

type Doing = (text: string, command: string, title: string, futile?: string) => TemplateResult;

function doing(send: Send): Doing {
  return (text, command, title, futile = "") =>
    act(send, text, { kind: "command", text: command }, { title, ...(futile === "" ? {} : { futile }) });
}

/** Only who votes can be asked to lead. */
function handOver(server: Asked, send: Send): TemplateResult | typeof nothing {
  const votes = server.standing === "voter" || server.standing === "outgoing";
  if (!votes || server.role === "leader") return nothing;
  const title = "The leader brings it up to date and tells it to campaign at once";
  return doing(send)(`Hand over to S${server.id}`, commands.transfer(server.id), title, server.futile.transfer);
}

function membershipActs({ id, standing, futile }: Asked, send: Send): TemplateResult | typeof nothing {
  const does = doing(send);
  const remove = does(
    "Remove",
    commands.change("remove", id),
    "The leader takes it out of the configuration",
    futile.remove,
  );
  switch (standing) {
    case "voter":
      return remove;
    case "learner":
      return html`${does("Promote", commands.change("promote", id), "The leader gives it a vote", futile.promote)}
        ${remove}`;
    case "outside":
      return html`
        ${does("Add", commands.change("add", id), "The leader brings it up to date, then gives it a vote", futile.add)}
        ${does("Make a learner", commands.change("learner", id), "It receives the log and has no vote", futile.learner)}
      `;
    case "outgoing":
      return nothing;
    default:
      return standing satisfies never;
  }
}

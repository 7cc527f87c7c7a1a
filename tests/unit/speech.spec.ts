/** What is said while a run plays: little, but not past what matters. */
import { expect, test } from "@playwright/test";
import { newest } from "../../web/src/app/speech.ts";
import type { FeedLine, Tape } from "../../web/src/engine/types.ts";

const line = (event: number, topic: FeedLine["topic"], sentence: string): FeedLine => ({
  event,
  timeUs: event * 1000,
  server: 1,
  topic,
  sentence,
  section: "",
  byReader: false,
  ruleOff: "",
});
const mark = (event: number, kind: Tape["marks"][number]["kind"]): Tape["marks"][number] => ({
  event,
  timeUs: event * 1000,
  kind,
  label: "",
});

const FEED = [
  line(40, "message", "S1 sends heartbeats."),
  line(38, "commit", "S1 commits up to index 1."),
  line(30, "election", "S1 becomes the leader."),
  line(20, "election", "S2 votes for S1."),
];
const MARKS = [mark(30, "election"), mark(35, "request"), mark(38, "commit")];

test("a new leader is said before the commits and votes around it", () => {
  expect(newest(FEED, MARKS, 10)).toEqual({ sentence: "S1 becomes the leader.", upto: 38 });
});

test("what was said is not said again, and without a mark the newest is said", () => {
  expect(newest(FEED, MARKS, 30)).toEqual({ sentence: "S1 commits up to index 1.", upto: 38 });
  expect(newest(FEED, MARKS, 38)).toBeNull();
});

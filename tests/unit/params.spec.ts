/** Attributes and URL parameters: what is read, what is refused, and with which words. */
import { expect, test } from "@playwright/test";
import { PARAM_NAMES, readParams, unknownParams } from "../../web/src/app/params.ts";
import { elementSnippet, iframeSnippet, linkTo, runInFragment } from "../../web/src/share/link.ts";

const read = (values: Record<string, string>) => readParams((name) => values[name] ?? null);

test("absent parameters have their defaults, silently", () => {
  const { params, notices } = read({});
  expect(notices).toEqual([]);
  expect(params).toMatchObject({ scenario: "first-election", servers: 0, seed: "", autoplay: false, theme: "auto" });
  expect(params.speed).toBe(1 / 20);
});

test("booleans: the word false means false", () => {
  for (const value of ["", "1", "true", "yes", "TRUE"]) expect(read({ autoplay: value }).params.autoplay).toBe(true);
  for (const value of ["0", "false", "no"]) expect(read({ autoplay: value }).params.autoplay).toBe(false);
  const { params, notices } = read({ autoplay: "maybe" });
  expect(params.autoplay).toBe(false);
  expect(notices).toHaveLength(1);
});

test("servers and their other name", () => {
  expect(read({ servers: "7" }).params.servers).toBe(7);
  expect(read({ nodes: "9" }).params.servers).toBe(9);
  expect(read({ servers: "3", nodes: "9" }).params.servers).toBe(3);
  for (const value of ["0", "102", "-3", "1e2", "five", "3.5", ""]) {
    const { params, notices } = read({ servers: value });
    expect(params.servers, value).toBe(0);
    expect(notices[0], value).toContain("1 to 101");
  }
});

test("seeds are 64 bits, decimal or hexadecimal", () => {
  expect(read({ seed: "18446744073709551615" }).params.seed).toBe("18446744073709551615");
  expect(read({ seed: "0xff" }).params.seed).toBe("255");
  for (const value of ["18446744073709551616", "-1", "1.5", "abc", ""]) {
    expect(read({ seed: value }).notices, value).toHaveLength(1);
  }
});

test("speeds as numbers or fractions, brought to the nearest choice", () => {
  const speeds = { "0.05": 1 / 20, "1/20": 1 / 20, "1/1000": 1 / 1000, "10x": 10, "3": 2, ".1": 1 / 10 };
  for (const [value, speed] of Object.entries(speeds)) expect(read({ speed: value }).params.speed, value).toBe(speed);
  for (const value of ["0", "11", "1/0", "-1", "fast", "1/2000"]) {
    const { params, notices } = read({ speed: value });
    expect(params.speed, value).toBe(1 / 20);
    expect(notices, value).toHaveLength(1);
  }
});

test("nothing from outside makes it throw, and the sentence stays short", () => {
  for (const junk of ["\u0000", "<img onerror=alert(1)>", "x".repeat(10_000), "%", "💥"]) {
    const { notices } = read(Object.fromEntries(PARAM_NAMES.map((name) => [name, junk])));
    for (const notice of notices) expect(notice.length).toBeLessThan(200);
  }
});

test("unknown parameters are named", () => {
  expect(unknownParams(["servers", "nodes", "sead"])).toEqual(["The parameter “sead” is not known; it is left out."]);
});

test("a run survives the way through a link", () => {
  const run = "1.abc-_é%#&?=";
  const link = linkTo("https://example.org/lab/?seed=3#old", run);
  expect(link.startsWith("https://example.org/lab/#run=")).toBe(true);
  expect(runInFragment(new URL(link).hash)).toBe(run);
  expect(runInFragment("#elsewhere")).toBeNull();
  expect(runInFragment("#run=%E0%A4%A")).toBe("%E0%A4%A");
});

test("snippets are safe to paste", () => {
  expect(iframeSnippet('https://example.org/?a=1&b="x"')).toContain("?a=1&amp;b=&quot;x&quot;");
  expect(elementSnippet([["seed", '7"><script>']])).not.toContain('<script>"');
});

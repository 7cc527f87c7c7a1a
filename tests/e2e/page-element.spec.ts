/** The element on a page: its life, its media-like interface, many of its kind. */
import { expect, test } from "./page-fixtures.ts";

interface Element extends HTMLElement {
  play(): void;
  pause(): void;
  step(): void;
  seek(seconds: number): void;
  paused: boolean;
  currentTime: number;
  duration: number;
  playbackRate: number;
}

test("it speaks like a media element", async ({ lab }) => {
  const heard = await lab.root.evaluate(async (node) => {
    const element = node as Element;
    const events: string[] = [];
    for (const name of ["play", "pause", "seeked", "ratechange"])
      element.addEventListener(name, () => events.push(name));
    element.playbackRate = 0.5;
    element.currentTime = 0.4;
    element.play();
    element.pause();
    return { events, time: element.currentTime, rate: element.playbackRate, paused: element.paused };
  });
  expect(heard).toEqual({ events: ["ratechange", "seeked", "play", "pause"], time: 0.4, rate: 0.5, paused: true });
});

test("attributes can change at any time", async ({ lab }) => {
  await lab.root.evaluate((element) => element.setAttribute("servers", "3"));
  await expect(lab.root.getByLabel("Number of servers")).toHaveValue("3");
  await lab.root.evaluate((element) => element.setAttribute("theme", "contrast"));
  await expect(lab.root).toHaveAttribute("data-theme", "contrast");
  await lab.root.evaluate((element) => element.setAttribute("speed", "none"));
  await expect(lab.root.locator(".notice")).toContainText("speed");
});

test("moving it keeps the run, taking it away ends it, a hundred lives leave nothing behind", async ({ lab }) => {
  const life = await lab.root.evaluate(async (node) => {
    const element = node as Element;
    const turn = (): Promise<void> => new Promise((done) => setTimeout(done, 0));
    const home = element.parentElement as HTMLElement;
    element.seek(0.3);
    const other = document.createElement("div");
    home.append(other);
    other.append(element);
    await turn();
    const moved = element.currentTime;
    element.remove();
    await turn();
    const removed = element.currentTime;
    for (let i = 0; i < 100; i++) {
      const one = document.createElement("raft-lab");
      home.append(one);
      await turn();
      one.remove();
    }
    await turn();
    return { moved, removed };
  });
  expect(life).toEqual({ moved: 0.3, removed: 0 });
});

test("readonly leaves nothing to break", async ({ lab, at }) => {
  await lab.open(at.site, "?readonly");
  await lab.runToLeader();
  await expect(lab.button("Send")).toHaveCount(0);
  await expect(lab.button("Crash")).toHaveCount(0);
  await lab.server(1).focus();
  await lab.page.keyboard.press("c");
  await expect(lab.server(1)).not.toHaveAttribute("aria-label", /crashed/);
});

test("a small frame has the stage and what moves it", async ({ lab, page }) => {
  await page.setViewportSize({ width: 400, height: 300 });
  await lab.root.evaluate((element) => element.setAttribute("controls", "mini"));
  await expect(lab.root.locator(".stage-canvas")).toBeInViewport();
  await expect(lab.root.locator(".play")).toBeInViewport();
  await expect(lab.root.locator(".run-tools")).toBeHidden();
});

test("a low window, as at a zoom of 200 %, keeps all controls and scrolls", async ({ lab, page }) => {
  await page.setViewportSize({ width: 720, height: 450 });
  for (const name of ["leader", "Logs", "Why"]) {
    await lab.button(name).scrollIntoViewIfNeeded();
    await expect(lab.button(name)).toBeInViewport();
  }
  await lab.runToLeader();
  await expect(lab.button("Crash")).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(720);
});

test("the menu of requests goes once it is used, and by Escape", async ({ lab, page }) => {
  await lab.runToLeader();
  const menu = lab.root.locator(".request details");
  await menu.locator("summary").click();
  await lab.button("Send many").click();
  await expect(menu).not.toHaveAttribute("open");
  await menu.locator("summary").press("Enter");
  await expect(menu).toHaveAttribute("open");
  await page.keyboard.press("Escape");
  await expect(menu).not.toHaveAttribute("open");
});

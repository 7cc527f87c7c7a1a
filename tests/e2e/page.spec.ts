/** The page as a reader uses it: by mouse, against the real engine. */
import { expect, test } from "./page-fixtures.ts";

test.use({ viewport: { width: 1366, height: 768 } });

test("nothing moves before the reader asks, and nothing is drawn in vain", async ({ lab, page }) => {
  const framesInAWhile = () =>
    page.evaluate(async () => {
      let asked = 0;
      const original = window.requestAnimationFrame;
      window.requestAnimationFrame = (callback) => {
        asked++;
        return original(callback);
      };
      await new Promise((done) => setTimeout(done, 400));
      window.requestAnimationFrame = original;
      return asked;
    });
  // On a slow machine the first picture may still be under way; what draws for ever never comes to rest.
  await expect.poll(framesInAWhile).toBe(0);
  expect(await lab.time()).toBe(0);
});

test("play, pause, step and step back", async ({ lab }) => {
  await lab.root.getByRole("group", { name: "Start" }).getByRole("button", { name: "Play" }).click();
  await expect.poll(() => lab.time()).toBeGreaterThan(0.01);
  await lab.button("Pause").click();
  const paused = await lab.time();
  await lab.button("One event forward").click();
  expect(await lab.time()).toBeGreaterThan(paused);
  await expect(lab.headline).toContainText("candidate");
  await lab.button("One event back").click();
  expect(await lab.time()).toBeLessThanOrEqual(paused);
});

test("five servers elect a leader, and the story says why", async ({ lab }) => {
  const leader = await lab.runToLeader();
  await expect(lab.headline).toContainText(`S${leader}`);
  await expect(lab.root.locator(".ticks .yes").first()).toBeVisible();
  await expect(lab.root.locator(".rule")).toContainText("§5.2");
});

test("a request is committed, and the table of logs says so", async ({ lab }) => {
  await lab.runToLeader();
  await lab.root.getByLabel("Client request").fill("y=7");
  await lab.button("Send").click();
  await lab.button("commit").click();
  await expect(lab.root.locator(".logs table")).toContainText("y=7, term 1, committed");
});

test("the leader crashes by click, and another takes over", async ({ lab }) => {
  const first = await lab.runToLeader();
  await lab.click(first);
  await lab.root.locator(".stage-menu").getByRole("button", { name: "Crash" }).click();
  await expect(lab.server(first)).toHaveAttribute("aria-label", /crashed/);
  const second = await lab.runToLeader();
  expect(second).not.toBe(first);
});

test("the crash tool crashes and restarts", async ({ lab }) => {
  await lab.runToLeader();
  await lab.button("Crash").click();
  await lab.click(2);
  await expect(lab.server(2)).toHaveAttribute("aria-label", /crashed/);
  await lab.click(2);
  await expect(lab.server(2)).toHaveAttribute("aria-label", /follower/);
});

test("a fence drawn around a server cuts it off, and healing ends it", async ({ lab, page }) => {
  await lab.runToLeader();
  await lab.button("Fence").click();
  const { x, y } = await lab.spot(5);
  await page.mouse.move(x - 80, y);
  await page.mouse.down();
  for (let turn = 0; turn <= 1; turn += 0.05) {
    const angle = Math.PI * (1 - 2 * turn);
    await page.mouse.move(x + 80 * Math.cos(angle), y + 80 * Math.sin(angle));
  }
  await page.mouse.up();
  await page.keyboard.press("Escape");
  await lab.root.getByRole("tab", { name: "Faults" }).click();
  const partition = lab.root.getByRole("form", { name: "Partition" });
  await expect(partition).toContainText("S5 |");
  await partition.getByRole("button", { name: "Heal" }).click();
  await expect(partition).toContainText("None.");
});

test("a link is cut in one direction by dragging, and mended by dragging again or from the list", async ({
  lab,
  page,
}) => {
  await lab.runToLeader();
  await lab.root.getByRole("tab", { name: "Faults" }).click();
  const links = lab.root.getByRole("form", { name: "One link" });
  await lab.button("Cut").first().click();
  const [from, to] = [await lab.spot(1), await lab.spot(3)];
  const drag = async (): Promise<void> => {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2);
    await page.mouse.move(to.x, to.y);
    await page.mouse.up();
  };
  await drag();
  await expect(links).toContainText("S1 → S3 is cut");
  await drag();
  await expect(links).not.toContainText("is cut");
  await drag();
  await links.getByTitle("Mend S1 to S3").click();
  await expect(links).not.toContainText("is cut");
});

test("the button of a request says whether it writes or reads", async ({ lab }) => {
  await lab.runToLeader();
  await lab.root.getByLabel("Client request").fill("colour");
  await lab.root
    .getByRole("form", { name: "Client" })
    .getByRole("button", { name: "Read", exact: true })
    .first()
    .click();
  await expect(lab.headline).toContainText("colour");
  await lab.root.getByLabel("Seed").focus();
  // What is typed takes the place of the example.
  await lab.root.getByLabel("Client request").click();
  await lab.page.keyboard.type("colour=red");
  await expect(lab.root.getByLabel("Client request")).toHaveValue("colour=red");
  await expect(lab.button("Send")).toBeVisible();
});

test("a scenario is found by a word of it", async ({ lab, page }) => {
  await lab.root.locator(".scenario").click();
  const cards = lab.root.locator(".scenario-card");
  const all = await cards.count();
  await expect(lab.root.getByLabel("Find")).toBeFocused();
  await page.keyboard.type("figure 8");
  expect(await cards.count()).toBeLessThan(all / 4);
  await expect(lab.root.locator("dialog[open] .voice")).toHaveText(`${await cards.count()} scenarios found.`);
  await lab.root.getByLabel("Find").fill("cheese");
  await expect(lab.root.locator("dialog[open]")).toContainText("No scenario speaks of “cheese”.");
});

test("a disk lies, a clock jumps and a server is deaf, by form", async ({ lab }) => {
  await lab.runToLeader();
  await lab.root.getByRole("tab", { name: "Faults" }).click();
  const one = lab.root.getByRole("form", { name: "One server" });
  await one.getByLabel("Server").selectOption("S2");
  await one.getByLabel("Disk lies by").fill("10s");
  await one.getByRole("button", { name: "Lie" }).click();
  await expect(lab.headline).toContainText("The disk of S2 lies from now on");
  await one.getByLabel("Clock jump").fill("-200ms");
  await one.getByRole("button", { name: "Jump" }).click();
  await expect(lab.headline).toContainText("The clock of S2 is set back by 200 ms");
  await one.getByRole("button", { name: "Wipe" }).click();
  await expect(lab.said).toContainText("only a crashed server's disk can be exchanged");
  const links = lab.root.getByRole("form", { name: "One link" });
  await links.getByLabel("Many links, around").selectOption("S3");
  await links.getByRole("button", { name: "Deaf" }).click();
  await expect(lab.headline).toContainText("S3 receives nothing from other servers");
  await expect(links.getByText("S1 → S3 is cut")).toBeVisible();
  await lab.button("Undo").click();
  await expect(links.getByText("S1 → S3 is cut")).toHaveCount(0);
  await one.getByRole("button", { name: "Back up" }).click();
  await lab.click(2);
  await lab.root.getByRole("tab", { name: "Inspector" }).click();
  const panel = lab.root.getByRole("tabpanel");
  await expect(panel).toContainText("really written 10.000 s later");
  await expect(panel).toContainText("backup");
});

test("a message is picked up and dropped", async ({ lab }) => {
  await lab.runToLeader();
  await lab.root.getByRole("tab", { name: "Inspector" }).click();
  await lab.root.locator(".list .line").first().click();
  await expect(lab.root.locator(".panel-inspector dl")).toContainText("term");
  await lab.root.locator(".stage-menu").getByRole("button", { name: "Drop" }).click();
  await expect(lab.root.locator(".stage-menu")).toContainText("It is lost");
  await expect(lab.root.locator(".stage-menu").getByRole("button", { name: "Drop" })).toHaveCount(0);
  await lab.root.getByRole("tab", { name: "What happened" }).click();
  await expect(lab.root.locator(".feed .you").first()).toBeVisible();
});

test("the tape is the scrubber", async ({ lab, page }) => {
  await lab.runToLeader();
  const box = await lab.root.locator(".tape").boundingBox();
  if (box === null) throw new Error("no tape");
  await page.mouse.click(box.x + box.width * 0.1, box.y + box.height / 2);
  const early = await lab.time();
  expect(early).toBeGreaterThan(0);
  await page.mouse.move(box.x + box.width * 0.1, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  expect(await lab.time()).toBeGreaterThan(early * 2);
});

test("acting in the past forks the run, which is seen and said, and the old future can be had back", async ({
  lab,
}) => {
  await lab.runToLeader();
  const future = await lab.time();
  await lab.button("To the start").click();
  await lab.server(1).focus();
  await lab.page.keyboard.press("t");
  await expect(lab.said).toContainText("new branch");
  const notice = lab.root.locator(".notice");
  await expect(notice).toHaveText(/This begins a new branch; the old future is kept under Branch\./);
  await lab.button("One event forward").click();
  await expect(notice).toHaveCount(0);
  const branches = lab.root.getByLabel("Branch, one of 2");
  await lab.server(2).focus();
  await lab.page.keyboard.press("c");
  await expect(branches.locator("option:checked"), "it says where one is, whatever is done there").toHaveText(
    /^Branch: crash S2|^Branch: timeout S1/,
  );
  await branches.selectOption({ label: (await branches.locator("option").allTextContents())[0] ?? "" });
  await lab.button("To the live edge").click();
  expect(await lab.time()).toBeCloseTo(future, 6);
});

test("undo and redo", async ({ lab }) => {
  const leader = await lab.runToLeader();
  const before = await lab.run();
  await lab.server(leader).focus();
  await lab.page.keyboard.press("c");
  await expect(lab.server(leader)).toHaveAttribute("aria-label", /crashed/);
  await lab.button("Undo").click();
  await expect(lab.server(leader)).toHaveAttribute("aria-label", /leader/);
  expect(await lab.run()).toBe(before);
  await lab.button("Redo").click();
  await expect(lab.server(leader)).toHaveAttribute("aria-label", /crashed/);
});

test("a rule switched off stays visible", async ({ lab, page }) => {
  await lab.button("Rules: all on").click();
  await lab.root.getByRole("switch").first().click();
  await page.keyboard.press("Escape");
  await expect(lab.button("1 rule is off")).toBeVisible();
});

test("the feed shows the newest lines, and earlier ones when asked", async ({ lab, at }) => {
  await lab.open(at.site, "?scenario=playground&seed=7");
  await lab.root.evaluate((element) => (element as unknown as { seek(seconds: number): void }).seek(5));
  const lines = lab.root.locator(".feed .line");
  await expect(lines).toHaveCount(24);
  await lab.button("Show earlier").click();
  await expect(lines).toHaveCount(84);
});

test("a line of the feed takes the reader to its moment", async ({ lab }) => {
  await lab.runToLeader();
  const last = lab.root.locator(".feed .line").last();
  const when = (await last.locator(".when").textContent())?.trim() ?? "";
  await last.click();
  await expect(lab.root.locator(".now")).toHaveText(when);
});

test("the three suggestions do what they say", async ({ lab, at }) => {
  for (const [name, seen] of [
    ["crash the leader", "crashed"],
    ["cut a follower off", "follower"],
    ["make two candidates", "candidate"],
  ] as const) {
    await lab.open(at.site);
    await lab.button(name).click();
    await expect(lab.root.locator(`.proxy[aria-label*=${seen}]`).first()).toBeAttached();
    await expect(lab.button("Pause")).toBeVisible();
  }
});

test("a search in vain makes no branch of what is done after it", async ({ lab }) => {
  await lab.runToLeader();
  const before = await lab.time();
  await lab.button("violation").click();
  await expect(lab.root.locator(".notice")).toContainText("No property is violated");
  expect(await lab.time()).toBe(before);
  await lab.button("Send").click();
  await expect(lab.button("Undo")).toBeEnabled();
  await expect(lab.root.getByLabel(/Branch, one of/)).toHaveCount(0);
});

test("a run in which too much waits is refused with a sentence, and the page goes on", async ({ lab, page, at }) => {
  const bursts = Array.from({ length: 400 }, (_, i) => `do ${400 + i}ms: burst 1000`);
  const run = ["raft-lab run 1", "servers: 5", "seed: 1", ...bursts, "look 3600s 4000000 0000000000000000"].join("\n");
  await page.goto("about:blank");
  await lab.open(at.site, `#run=${encodeURIComponent(run)}`);
  await expect(lab.root.locator(".notice")).toContainText("too heavy to go on", { timeout: 60_000 });
  await lab.runToLeader();
});

test("another number of servers has as many rows in the logs", async ({ lab }) => {
  await lab.root.getByLabel("Number of servers").selectOption("1");
  await expect(lab.server(1)).toBeAttached();
  await lab.root.getByLabel("Number of servers").selectOption("25");
  await expect(lab.root.locator(".logs table tbody tr")).toHaveCount(25);
  const height = () => lab.root.locator(".logs-canvas").evaluate((canvas) => (canvas as HTMLElement).offsetHeight);
  await expect.poll(height).toBeGreaterThan(25 * 9);
});

test("a fork does not make the stage lower", async ({ lab, page }) => {
  await lab.runToLeader();
  await page.keyboard.press("Shift+ArrowRight");
  const height = () => lab.root.locator(".stage").evaluate((stage) => (stage as HTMLElement).offsetHeight);
  const before = await height();
  await lab.button("One event back").click();
  await lab.button("One event back").click();
  await lab.button("Send").click();
  await expect(lab.root.getByLabel(/Branch, one of/)).toBeVisible();
  await expect(lab.root.locator(".notice")).toContainText("new branch");
  expect(await height()).toBe(before);
});

test("no width cuts a button of the top bar off, whatever is off or amiss", async ({ lab, page }) => {
  await lab.button("Rules: all on").click();
  await lab.root.getByRole("switch", { name: "Majority" }).click();
  await lab.root.getByRole("switch", { name: "Counts votes of older terms" }).click();
  await page.keyboard.press("Escape");
  for (const width of [1920, 1440, 1366, 1280, 1024, 900]) {
    await page.setViewportSize({ width, height: 768 });
    const ends = await lab.root
      .locator(".top :is(button, select, input)")
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right));
    expect(Math.max(...ends), `${width} wide`).toBeLessThanOrEqual(width);
  }
});

test("where there is no idle time to skip to, that is said once and the run plays on", async ({ lab }) => {
  await lab.runToLeader();
  await lab.root.getByLabel("Skip idle time").check();
  await lab.button("Play").click();
  const notice = lab.root.locator(".notices li", { hasText: "There is nothing to skip to" });
  await expect(notice).toHaveCount(1);
  await lab.root.getByLabel("Speed").selectOption({ label: "Speed 1" });
  const before = await lab.root.evaluate((element) => (element as HTMLElement & { currentTime: number }).currentTime);
  await expect
    .poll(() => lab.root.evaluate((element) => (element as HTMLElement & { currentTime: number }).currentTime))
    .toBeGreaterThan(before + 1);
  // It goes by itself.
  expect(await notice.count()).toBeLessThanOrEqual(1);
});

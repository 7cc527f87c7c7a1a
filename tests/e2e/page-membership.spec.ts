/** The membership, snapshots and handing over, from a server's menu. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Lab, test } from "./page-fixtures.ts";

test.use({ viewport: { width: 1366, height: 768 } });

const menu = (lab: Lab) => lab.root.locator(".stage-menu");
const item = (lab: Lab, name: string) => menu(lab).getByRole("button", { name, exact: true });

test("a server is taken out of the configuration and comes back, by its menu", async ({ lab }) => {
  const leader = await lab.runToLeader();
  const other = leader === 5 ? 4 : 5;
  await lab.click(other);
  await expect(item(lab, "Remove")).toHaveAttribute("title", "it has committed no entry of its own term yet");
  await lab.button("Send").click();
  await lab.button("commit").click();
  await expect(item(lab, "Remove")).not.toHaveAttribute("aria-disabled");
  await expect(item(lab, "Add")).toHaveCount(0);
  await item(lab, "Remove").click();
  await lab.button("Play").click();
  await expect(item(lab, "Add")).toBeVisible({ timeout: 20_000 });
  await expect(menu(lab)).toContainText("outside");
  await expect(item(lab, "Make a learner")).toBeVisible();
  await expect(item(lab, `Hand over to S${other}`)).toHaveCount(0);
  await item(lab, "Add").click();
  await expect(item(lab, "Remove")).toBeVisible({ timeout: 20_000 });
});

test("what would have no effect says why, to the eye and to a reader", async ({ lab, page }) => {
  await lab.click(2);
  const handOver = item(lab, "Hand over to S2");
  await expect(handOver).toHaveAttribute("aria-disabled", "true");
  await expect(handOver).toHaveAttribute("title", "no server leads");
  await expect(item(lab, "Take a snapshot")).toHaveAttribute("title", /has applied nothing/);
  await handOver.click({ force: true });
  await expect(lab.root.locator(".notices")).toContainText(
    "Hand over to S2 would have no effect now: no server leads.",
  );
  const found = await new AxeBuilder({ page }).include("raft-lab").analyze();
  expect(found.violations).toEqual([]);
});

test("the leadership is handed over by the menu", async ({ lab }) => {
  await lab.runToLeader();
  const follower = await lab.root.locator(".proxy").evaluateAll((all) =>
    all.flatMap((one) => {
      const label = one.getAttribute("aria-label") ?? "";
      return label.includes("follower") ? [Number(one.getAttribute("data-server"))] : [];
    }),
  );
  const id = follower[0] ?? 0;
  await lab.click(id);
  await item(lab, `Hand over to S${id}`).click();
  await lab.button("Play").click();
  await expect(lab.server(id)).toHaveAttribute("aria-label", new RegExp(`S${id}, leader`), { timeout: 20_000 });
});

test("the cluster is changed all at once, by form", async ({ lab }) => {
  await lab.runToLeader();
  await lab.button("Send").click();
  await lab.button("commit").click();
  await lab.root.getByRole("tab", { name: "Faults" }).click();
  const form = lab.root.getByRole("form", { name: "Who votes" });
  const voters = form.getByRole("checkbox", { checked: true });
  await expect(voters).toHaveCount(5);
  for (const one of await form.locator("label").all()) await one.click();
  await form.getByRole("button").click();
  await expect(lab.root.locator(".notices")).toContainText("At least one server has to vote.");
  for (const id of [1, 2, 3]) await form.locator("label", { hasText: `S${id}` }).click();
  await form.getByRole("button").click();
  await lab.button("Play").click();
  for (const id of [4, 5]) await expect(lab.server(id)).toHaveAttribute("aria-label", /outside/, { timeout: 20_000 });
});

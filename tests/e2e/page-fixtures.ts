/** Words for what the tests of the page do and see. */
import type { Locator, Page } from "@playwright/test";
import { test as base, expect } from "./fixtures.ts";

export class Lab {
  readonly page: Page;
  readonly root: Locator;

  constructor(page: Page) {
    this.page = page;
    this.root = page.locator("raft-lab");
  }

  /** The page with a reader at it: the engine is there. */
  async open(address: string, query = ""): Promise<void> {
    await this.show(address, query);
    await this.comeNear();
  }

  /** The page before anybody has touched it. */
  async show(address: string, query = ""): Promise<void> {
    await this.page.goto(address + query);
    await expect(this.root.locator(".poster, .proxy").first()).toBeAttached();
  }

  /** A first movement of the pointer, for which the engine is fetched. */
  async comeNear(): Promise<void> {
    await this.page.mouse.move(1, 1);
    await this.root.evaluate((lab) => (lab as unknown as { load(): Promise<void> }).load());
  }

  button(name: string | RegExp): Locator {
    return this.root.getByRole("button", { name, exact: true });
  }

  server(id: number): Locator {
    return this.root.locator(`.proxy[data-server="${id}"]`);
  }

  /** What the live region said last. */
  get said(): Locator {
    return this.root.locator(".live");
  }

  get headline(): Locator {
    return this.root.locator(".story h2");
  }

  /** The middle of a server, in the window. */
  async spot(id: number): Promise<{ x: number; y: number }> {
    const box = await this.server(id).boundingBox();
    if (box === null) throw new Error(`S${id} is not on the stage`);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  async click(id: number): Promise<void> {
    const { x, y } = await this.spot(id);
    await this.page.mouse.click(x, y);
  }

  async runToLeader(): Promise<number> {
    await this.button("leader").click();
    await expect(this.root.locator(".proxy[aria-label*=leader]")).toHaveCount(1);
    const id = await this.root.locator(".proxy[aria-label*=leader]").getAttribute("data-server");
    return Number(id);
  }

  /** Simulated seconds. */
  time(): Promise<number> {
    return this.root.evaluate((lab) => (lab as unknown as { currentTime: number }).currentTime);
  }

  run(): Promise<string> {
    return this.root.evaluate((lab) => (lab as unknown as { run: string }).run);
  }
}

export const test = base.extend<{ lab: Lab; untouched: Lab }>({
  /** Not opened yet: the test itself says when. */
  untouched: async ({ page }, use) => use(new Lab(page)),

  lab: async ({ page, at }, use) => {
    const lab = new Lab(page);
    await lab.open(at.site);
    await use(lab);
  },
});

export { expect };

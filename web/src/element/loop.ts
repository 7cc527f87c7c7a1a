/**
 * The animation frames of one element. Asks for none while nothing changes, while it cannot be seen, or while the
 * tab is hidden.
 */

/** How often a running element makes sure that it can be seen; slides hide by opacity, which no observer reports. */
const LOOK_MS = 500;

export class Loop {
  #element: Element;
  /** Answers whether it wants another frame. */
  #frame: (elapsedMs: number) => boolean;
  #request = 0;
  #running = false;
  #again = false;
  #before = 0;
  #lookedAt = 0;
  #near = true;
  #observer: IntersectionObserver;

  constructor(element: Element, frame: (elapsedMs: number) => boolean) {
    this.#element = element;
    this.#frame = frame;
    this.#observer = new IntersectionObserver((entries) => {
      this.#near = entries.at(-1)?.isIntersecting ?? true;
      if (this.#near) this.wake();
    });
    this.#observer.observe(element);
    document.addEventListener("visibilitychange", this.wake);
  }

  /** Asks for a frame; safe to call at any time, any number of times. */
  readonly wake = (): void => {
    // What changes during a frame asks for the next one, not for a second one beside it.
    this.#again = this.#running;
    if (this.#running || this.#request !== 0 || this.resting) return;
    this.#before = 0;
    this.#request = requestAnimationFrame(this.#run);
  };

  /** No frame comes, whatever changes. */
  get resting(): boolean {
    return !this.#near || document.hidden;
  }

  close(): void {
    this.#observer.disconnect();
    document.removeEventListener("visibilitychange", this.wake);
    cancelAnimationFrame(this.#request);
  }

  readonly #run = (now: number): void => {
    this.#request = 0;
    const elapsed = this.#before === 0 ? 0 : now - this.#before;
    this.#again = false;
    this.#running = true;
    const more = this.#frame(elapsed);
    this.#running = false;
    if (this.resting) return;
    if (!more && !this.#again) return;
    this.#before = more ? now : 0;
    if (this.#visible(now)) this.#request = requestAnimationFrame(this.#run);
    else setTimeout(this.wake, LOOK_MS);
  };

  #visible(now: number): boolean {
    if (now - this.#lookedAt < LOOK_MS || !("checkVisibility" in this.#element)) return true;
    this.#lookedAt = now;
    return this.#element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  }
}

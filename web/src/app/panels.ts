/**
 * When the panels are read. The picture comes first: what is read rather than watched follows in the frame after it,
 * and while one picture chases the next (the run plays, the tape is dragged), a few times a second.
 */

/** The longest that the panels may lag behind the picture. */
const LAG_MS = 100;

export class Panels {
  #staleSince: number | null = null;
  #pictured = false;
  #answers: (() => void)[] = [];

  /** The picture shows something else than they do. */
  get stale(): boolean {
    return this.#staleSince !== null;
  }

  /** There is a new picture to draw, of which the panels know nothing yet. */
  outdated(nowMs: number): void {
    this.#staleSince ??= nowMs;
    this.#pictured = false;
  }

  /** The newest picture has been drawn. */
  pictured(): void {
    this.#pictured = true;
  }

  /** `moving`: by itself, so that a new picture comes with every frame. */
  due(nowMs: number, moving: boolean): boolean {
    if (this.#staleSince === null) return false;
    return (this.#pictured && !moving) || nowMs - this.#staleSince >= LAG_MS;
  }

  /** What can be said only once they are up to date. */
  afterwards(answer: () => void): void {
    this.#answers.push(answer);
  }

  /** They are read now; what was waiting for that is handed out. */
  settled(): (() => void)[] {
    this.#staleSince = null;
    return this.#answers.splice(0);
  }
}

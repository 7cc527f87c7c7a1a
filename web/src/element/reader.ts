/** The first sign that there is a reader: until then nothing is fetched that only a reader needs. */

const SIGNS = ["pointermove", "pointerdown", "touchstart", "keydown", "wheel", "focusin"];

/** Calls `then` once, at the first sign within `place`; returns how to stop waiting for it. */
export function atFirstSign(place: EventTarget, then: () => void): () => void {
  const waiting = new AbortController();
  const seen = (): void => {
    waiting.abort();
    then();
  };
  // Capturing: a host page may keep the event from going further.
  for (const sign of SIGNS)
    place.addEventListener(sign, seen, { capture: true, passive: true, signal: waiting.signal });
  return () => waiting.abort();
}

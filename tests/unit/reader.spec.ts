/** The first sign of a reader. */
import { expect, test } from "@playwright/test";
import { atFirstSign } from "../../web/src/element/reader.ts";

for (const sign of ["pointermove", "pointerdown", "touchstart", "keydown", "wheel", "focusin"]) {
  test(`a reader shows by ${sign}, once`, () => {
    const place = new EventTarget();
    let seen = 0;
    atFirstSign(place, () => void seen++);
    place.dispatchEvent(new Event("load"));
    expect(seen).toBe(0);
    place.dispatchEvent(new Event(sign));
    place.dispatchEvent(new Event(sign));
    place.dispatchEvent(new Event("pointermove"));
    expect(seen).toBe(1);
  });
}

test("nobody is waited for after the element has gone", () => {
  const place = new EventTarget();
  let seen = 0;
  atFirstSign(place, () => void seen++)();
  place.dispatchEvent(new Event("keydown"));
  expect(seen).toBe(0);
});

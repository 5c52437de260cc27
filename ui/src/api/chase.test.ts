import { expect, test } from "vitest";
import { chase, LAND_S } from "./chase";

test("a player far behind jumps, a little behind hurries, at the edge slows down", () => {
  expect(chase(10, 9)).toEqual({ rate: 1, to: 10 - LAND_S });
  expect(chase(10, 9.7).rate).toBeGreaterThan(1);
  expect(chase(10, 9.7).to).toBeNull();
  expect(chase(10, 9.88)).toEqual({ rate: 1, to: null });
  expect(chase(10, 9.98).rate).toBeLessThan(1);
});

test("a stream that began anew is jumped to, never before its beginning", () => {
  expect(chase(0.05, 40)).toEqual({ rate: 1, to: 0 });
});

test("a player of any rate comes to the edge and stays there", () => {
  for (const late of [0, 0.1, 0.3, 0.39, 5]) {
    let at = -late;
    for (let now = 0; now < 10; now += 0.05) {
      const { rate, to } = chase(now, at);
      at = to ?? at + rate * 0.05;
    }
    expect(9.95 - at).toBeLessThan(0.25);
    expect(9.95 - at).toBeGreaterThan(-0.05);
  }
});

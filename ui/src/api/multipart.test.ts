import { describe, expect, it } from "vitest";
import { PartReader } from "./multipart";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const words = (parts: Uint8Array[]): string[] => parts.map((part) => new TextDecoder().decode(part));

const WITH_LENGTH = "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 5\r\n\r\nab--c\r\n".repeat(2);
const WITHOUT = "--frame\r\nContent-Type: image/jpeg\r\n\r\none\r\n--frame\r\n\r\ntwo\r\n--frame\r\n";

describe("a multipart picture stream", () => {
  it("gives the same parts however it is split", () => {
    for (let size = 1; size < WITH_LENGTH.length; size++) {
      const reader = new PartReader("multipart/x-mixed-replace; boundary=frame");
      const found: string[] = [];
      for (let at = 0; at < WITH_LENGTH.length; at += size) {
        found.push(...words(reader.push(bytes(WITH_LENGTH.slice(at, at + size)))));
      }
      expect(found).toEqual(["ab--c", "ab--c"]);
    }
  });
  it("finds parts without a length by the boundary", () => {
    const reader = new PartReader('multipart/x-mixed-replace; boundary="frame"');
    expect(words(reader.push(bytes(WITHOUT)))).toEqual(["one", "two"]);
  });
  it("refuses a part that never ends", () => {
    const reader = new PartReader("multipart/x-mixed-replace; boundary=frame");
    expect(() => reader.push(new Uint8Array(33 * 1024 * 1024))).toThrow();
  });
});

// Cuts a multipart/x-mixed-replace body into its parts. Knows both kinds of sender: with a length
// for each part, and without, where a part ends at the next boundary.

const LARGEST_PART = 32 * 1024 * 1024;
const text = new TextDecoder("latin1");
const code = new TextEncoder();

function find(haystack: Uint8Array, needle: Uint8Array, from: number): number {
  const first = needle[0] as number;
  for (let at = haystack.indexOf(first, from); at >= 0; at = haystack.indexOf(first, at + 1)) {
    if (at + needle.length > haystack.length) return -1;
    let i = 1;
    while (i < needle.length && haystack[at + i] === needle[i]) i++;
    if (i === needle.length) return at;
  }
  return -1;
}

export class PartReader {
  #held = new Uint8Array(0);
  #boundary: Uint8Array;
  #headEnd = code.encode("\r\n\r\n");

  constructor(contentType: string) {
    const name = /boundary="?([^";]+)"?/i.exec(contentType)?.[1] ?? "frame";
    this.#boundary = code.encode(name.startsWith("--") ? name : `--${name}`);
  }

  /** Takes bytes as they come and gives the parts they complete. */
  push(bytes: Uint8Array): Uint8Array[] {
    const joined = new Uint8Array(this.#held.length + bytes.length);
    joined.set(this.#held);
    joined.set(bytes, this.#held.length);
    this.#held = joined;
    const parts: Uint8Array[] = [];
    for (let part = this.#take(); part; part = this.#take()) parts.push(part);
    if (this.#held.length > LARGEST_PART) throw new Error("A picture is larger than can be true.");
    return parts;
  }

  #take(): Uint8Array | null {
    const start = find(this.#held, this.#boundary, 0);
    if (start < 0) return null;
    const head = find(this.#held, this.#headEnd, start);
    if (head < 0) return null;
    const body = head + 4;
    const length = /content-length:\s*(\d+)/i.exec(text.decode(this.#held.subarray(start, head)));
    let end = length ? body + Number(length[1]) : find(this.#held, this.#boundary, body);
    if (end < 0 || end > this.#held.length) return null;
    const rest = end;
    if (!length && this.#held[end - 2] === 13) end -= 2;
    const part = this.#held.slice(body, end);
    this.#held = this.#held.slice(rest);
    return part;
  }
}

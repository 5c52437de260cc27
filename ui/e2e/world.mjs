// The door of the world a virtual telescope stands in: what is really so, and what goes wrong there.

const WAIT_MS = 10_000;

export class World {
  /** Asks the telescope at `address` (host and port) where its world's door is. */
  static async of(address) {
    const answer = await (await fetch(`http://${address}/`, { signal: AbortSignal.timeout(WAIT_MS) })).json();
    if (!answer.ports?.world) throw new Error(`the telescope at ${address} stands in no world that can be changed`);
    return new World(`http://127.0.0.1:${answer.ports.world}`);
  }

  constructor(door) {
    this.door = door;
  }

  async #post(body) {
    const response = await fetch(`${this.door}/world/faults`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(WAIT_MS),
    });
    if (!response.ok) throw new Error(`the world answered ${response.status} to ${JSON.stringify(body)}: ${await response.text()}`);
    return response.json();
  }

  put(fault, more = {}) {
    return this.#post({ fault, ...more });
  }

  clear(fault = "all") {
    return this.#post({ clear: fault });
  }

  async now() {
    return (await fetch(`${this.door}/world`, { signal: AbortSignal.timeout(WAIT_MS) })).json();
  }
}

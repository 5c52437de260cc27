import { describe, expect, it } from "vitest";
import { padDeflection, StickKeys } from "./keys";
import { FRESH_MS, isStill, STILL, Sticks, type Message, type Output } from "./sticks";

const RATES = { level_m_s: 10, up_m_s: 4, turn_deg_s: 60 };
const AHEAD = { ...STILL, forward: 1 };

/** A machine with a clock and a hub that gives a nonce every 50 ms while it is heard. */
class Bench {
  sticks = new Sticks(RATES);
  now = 1000;
  hub = true;
  sent: Message[] = [];
  other: Output["do"][] = [];
  #count = 0;

  run(ms: number): this {
    for (const end = this.now + ms; this.now < end; this.now += 10) {
      if (this.hub && this.now % 50 === 0) this.sticks.hear(`n${++this.#count}`, this.now);
      this.sticks.tick(this.now);
      this.take();
    }
    return this;
  }

  deflect(to = AHEAD, name = "pad"): this {
    this.sticks.deflect(name, to, this.now);
    return this.take();
  }

  letGo(why: "blur" | "hidden" | "gamepad_gone" | "taken_over" | "released" = "blur"): this {
    this.sticks.letGo(why, this.now);
    return this.take();
  }

  take(): this {
    for (let output = this.sticks.poll(); output; output = this.sticks.poll()) {
      if (output.do === "send") this.sent.push(output.message);
      else this.other.push(output.do);
    }
    return this;
  }

  live(): this {
    this.sticks.take();
    this.take().run(600);
    expect(this.sticks.phase).toBe("live");
    return this.forget();
  }

  forget(): this {
    this.sent = [];
    this.other = [];
    return this;
  }

  get moves(): Message[] {
    return this.sent.filter((message) => "nonce" in message && message.forward !== 0);
  }
}

const isZero = (message: Message | undefined): boolean =>
  message !== undefined && "nonce" in message && isStill(message);

describe("taking the sticks", () => {
  it("asks the hub, says zero until it listens, and is then live", () => {
    const bench = new Bench();
    bench.sticks.take();
    bench.take().run(600);
    expect(bench.other).toEqual(["open"]);
    expect(bench.sent.length).toBeGreaterThan(3);
    expect(bench.sent.every(isZero)).toBe(true);
    expect(bench.sticks.phase).toBe("live");
  });
  it("needs every stick truly centred: one that is held moves nothing until it was let go", () => {
    const bench = new Bench().deflect();
    bench.sticks.take();
    bench.take().run(2000);
    expect(bench.sticks.phase).toBe("centring");
    expect(bench.sent).toEqual([]);
    bench.deflect(STILL).run(600);
    expect(bench.sticks.phase).toBe("live");
    expect(bench.moves).toEqual([]);
    bench.deflect().run(100);
    expect(bench.moves.length).toBeGreaterThan(0);
  });
  it("says nothing at all before a nonce came", () => {
    const bench = new Bench();
    bench.hub = false;
    bench.sticks.take();
    bench.take().deflect().run(1000);
    expect(bench.sent).toEqual([]);
  });
});

describe("a stick off centre", () => {
  it("is told 10 to 20 times a second, with the newest nonce and rising numbers", () => {
    const bench = new Bench().live().deflect().run(1000);
    expect(bench.moves.length).toBeGreaterThanOrEqual(10);
    expect(bench.moves.length).toBeLessThanOrEqual(20);
    const numbers = bench.sent.map((message) => ("nonce" in message ? message.sequence : 0));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(bench.moves.at(-1)).toMatchObject({ forward: 10, right: 0, up: 0, clockwise: 0 });
  });
  it("is silent while all are centred", () => {
    const bench = new Bench().live().run(500).forget().run(2000);
    expect(bench.sent).toEqual([]);
  });
  it("adds up with others, and never goes beyond full", () => {
    const bench = new Bench().live().deflect({ ...AHEAD, up: -0.5 }, "keys").deflect(AHEAD, "gamepad").run(100);
    expect(bench.moves.at(-1)).toMatchObject({ forward: 10, up: -2 });
  });
  it("that is no number is centred", () => {
    const bench = new Bench().live().deflect({ ...STILL, forward: Number.NaN }).run(300);
    expect(bench.moves).toEqual([]);
  });
});

describe("centred again", () => {
  it("says zero at once, and twice more", () => {
    const bench = new Bench().live().deflect().run(300).forget().deflect(STILL);
    expect(bench.sent.length).toBe(1);
    expect(isZero(bench.sent[0])).toBe(true);
    bench.run(1000);
    expect(bench.sent.length).toBe(3);
    expect(bench.sent.every(isZero)).toBe(true);
  });
});

describe("letting go", () => {
  for (const why of ["released", "blur", "hidden", "gamepad_gone", "taken_over"] as const) {
    it(`for the reason "${why}" says zero and release at once, and nothing after it`, () => {
      const bench = new Bench().live().deflect().run(300).forget().letGo(why);
      expect(bench.sent.length).toBe(2);
      expect(isZero(bench.sent[0])).toBe(true);
      expect(bench.sent[1]).toEqual({ release: true, why });
      expect(bench.other).toEqual(["close"]);
      bench.forget().run(2000).deflect().run(500);
      expect(bench.sent).toEqual([]);
      expect(bench.sticks.phase).toBe("off");
    });
  }
  it("makes what was held count only after it was centred", () => {
    const bench = new Bench().live().deflect().run(300).letGo();
    bench.sticks.take();
    bench.take().forget().run(2000);
    expect(bench.moves).toEqual([]);
    expect(bench.sticks.phase).toBe("centring");
  });
  it("before the hub answered says release, so that a late hub lets go too", () => {
    const bench = new Bench();
    bench.hub = false;
    bench.sticks.take();
    bench.take().forget().letGo();
    expect(bench.sent).toEqual([{ release: true, why: "blur" }]);
  });
});

describe("a hub that is not heard", () => {
  it("is told nothing with an old nonce, and the stick must be centred before it counts again", () => {
    const bench = new Bench().live().deflect().run(300);
    bench.hub = false;
    bench.forget().run(2000);
    const last = bench.moves.length;
    expect(last).toBeLessThanOrEqual(Math.ceil(FRESH_MS / 60) + 1);
    expect(bench.sticks.stalled).toBe(true);
    bench.hub = true;
    bench.forget().run(1000);
    expect(bench.sent).toEqual([]);
    bench.deflect(STILL).run(600).deflect().run(100);
    expect(bench.moves.length).toBeGreaterThan(0);
  });
  it("whose socket is lost takes the sticks away without a word", () => {
    const bench = new Bench().live().deflect().run(200).forget();
    bench.sticks.lost("socket_closed");
    bench.take().run(1000);
    expect(bench.sent).toEqual([]);
    expect(bench.sticks.left).toBe("socket_closed");
  });
  it("that asks for centred sticks gets them centred first", () => {
    const bench = new Bench().live().deflect().run(200);
    bench.sticks.refused("centre_first");
    bench.forget().run(500);
    expect(bench.moves).toEqual([]);
    expect(bench.sticks.phase).toBe("centring");
  });
});

const key = (code: string, more = {}) => ({ code, repeat: false, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...more });

describe("keys", () => {
  it("fly as they stand, gently, and with Shift fully", () => {
    const keys = new StickKeys();
    keys.down(key("KeyW"));
    keys.down(key("ArrowUp"));
    expect(keys.deflection).toEqual({ forward: 0.4, right: 0, up: 0.4, clockwise: 0 });
    keys.down(key("KeyW", { shiftKey: true, repeat: true }));
    expect(keys.deflection.forward).toBe(1);
  });
  it("that only repeat were not seen to go down", () => {
    const keys = new StickKeys();
    expect(keys.down(key("KeyW", { repeat: true }))).toBe(true);
    expect(keys.held).toBe(false);
  });
  it("whose key-up was lost are noticed by the silence after their repeats", () => {
    const keys = new StickKeys();
    keys.down(key("KeyW"), 1000);
    expect(keys.lost(9000)).toBe(false);
    keys.down(key("KeyW", { repeat: true }), 1500);
    expect(keys.lost(1600)).toBe(false);
    expect(keys.lost(2300)).toBe(true);
    keys.clear();
    expect(keys.lost(9000)).toBe(false);
  });
  it("that stop repeating because another was pressed are still held", () => {
    const keys = new StickKeys();
    keys.down(key("KeyW"), 1000);
    keys.down(key("KeyW", { repeat: true }), 1500);
    keys.down(key("KeyD"), 1600);
    expect(keys.lost(9000)).toBe(false);
    keys.up(key("KeyD"));
    expect(keys.lost(9000)).toBe(false);
    expect(keys.deflection.forward).toBeGreaterThan(0);
  });
  it("below Ctrl, Alt or Meta are no sticks", () => {
    const keys = new StickKeys();
    expect(keys.down(key("KeyW", { metaKey: true }))).toBe(false);
    expect(isStill(keys.deflection)).toBe(true);
  });
  it("that oppose each other cancel out", () => {
    const keys = new StickKeys();
    keys.down(key("KeyQ"));
    keys.down(key("ArrowRight"));
    expect(isStill(keys.deflection)).toBe(true);
  });
});

describe("a gamepad", () => {
  it("has a dead zone, and its right stick pushed away flies ahead", () => {
    expect(isStill(padDeflection([0.1, -0.1, 0.05, 0.11]))).toBe(true);
    expect(padDeflection([0, 0, 0, -1]).forward).toBe(1);
    expect(padDeflection([1, -1, 0, 0])).toMatchObject({ clockwise: 1, up: 1 });
  });
});

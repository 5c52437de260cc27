// The mock hub's one aircraft: flies as it is asked, with no physics to speak of, so that the page
// can be worked on. What an aircraft really does is the virtual gateway's business.

const HOME = { latitude_deg: 52.5163, longitude_deg: 13.3777 };
const METRES_PER_DEGREE = 111_195;
const EAST = METRES_PER_DEGREE * Math.cos((HOME.latitude_deg * Math.PI) / 180);
const GROUND_ELLIPSOID_M = 74.2;
const NONCE_LIFE_MS = 300;
const STILL = { forward: 0, right: 0, up: 0, clockwise: 0 };

export const ID = "dji-dock-0001";
const SERIAL = "7CTDM00000V001";
const CAPABILITIES = ["aircraft", "gimbal", "payload", "sticks", "live", "land"];

const place = (east, north) => ({ latitude_deg: HOME.latitude_deg + north / METRES_PER_DEGREE, longitude_deg: HOME.longitude_deg + east / EAST });
const metresTo = (at) => [(at.longitude_deg - HOME.longitude_deg) * EAST, (at.latitude_deg - HOME.latitude_deg) * METRES_PER_DEGREE];
const toPlace = ({ latitude_deg, longitude_deg }) => ({ latitude_deg, longitude_deg });
const job = (kind, title, step) => ({
  id: `flight-${Math.random().toString(36).slice(2)}`, kind, title, step, progress: null, started_utc_ms: Date.now(),
  ended_utc_ms: null, outcome: null, cancellable: true,
});

export class MockAircraft {
  constructor({ inAir = false } = {}) {
    this.east = inAir ? 40 : 0;
    this.north = inAir ? 65 : 0;
    this.up = inAir ? 38 : 0;
    this.heading = 32;
    this.velocity = { ...STILL };
    this.asked = { motion: STILL, until: 0 };
    this.nonces = new Map();
    this.goal = null;
    this.landing = false;
    this.armed = inAir;
    this.ours = inAir;
    this.live = inAir ? "up" : "off";
    this.lease = null;
    this.fence = { polygon: [place(-250, -150), place(300, -150), place(300, 320), place(-250, 320)], ceiling_m: 120, distance_m: 400 };
    this.battery = 78;
    this.jobs = [];
    this.payload = {
      index: "53-0-0", name: "M30T camera", authority: { holder: "station", ours: true, asked: false, locked: null },
      lenses: ["wide", "zoom", "infrared"], shown: "wide", mode: "photo", photographing: false, recording: false, recorded_s: null,
      photos_left: 812, recording_left_s: 5400, zoom_factor: 2, infrared_zoom_factor: 2,
      gimbal: { pitch_deg: -22, yaw_deg: 32, roll_deg: 0 }, laser: { distance_m: 104.2, place: null, altitude_m: null },
    };
  }

  get device() {
    return { id: ID, state: this.#state(), lease: this.lease, capabilities: CAPABILITIES };
  }

  #state() {
    const inAir = this.up > 0.3;
    const level = Math.hypot(this.velocity.forward, this.velocity.right);
    return {
      about: { family: "dji", name: "Virtual dock", model: "DJI Dock", firmware: "10.01.1607", serial: SERIAL, address: "127.0.0.1:1883", simulated: true },
      link: { status: "up", last_heard_utc_ms: Date.now(), round_trip_ms: 9, trouble: null },
      control: "unknown", clock: null, power: { battery_percent: this.battery, charging: false, temperature_c: 24 }, storage: { free_gb: 41, total_gb: 64 },
      cameras: {}, mount: null, focuser: null, stacker: null, darks: null, lights: [], troubles: [], tele_on_wide: null, jobs: this.jobs, blocked: {},
      flight: {
        aircraft: { model: "Matrice 30T", serial: "1581F0000V001", firmware: "10.01.1607" },
        profile: "Dock with M30T", axes_confirmed: true, armed: this.armed,
        authority: { holder: this.ours ? "station" : "nobody", ours: this.ours, asked: false, locked: null },
        live: { status: this.live, reason: null, round_trip_ms: this.live === "up" ? 46 + Math.random() * 20 : null, radio_delay_ms: 88 + Math.random() * 9, picture_delay_ms: 210 + Math.random() * 40 },
        sticks: { phase: this.live === "up" ? { phase: "free" } : { phase: "shut", why: "not_live" }, holder: null, held_back: false },
        mode: { code: inAir ? 17 : 0, words: this.goal ? "flies to a place" : inAir ? "hovers" : "stands by" },
        in_air: inAir, unattended: inAir && !this.lease,
        position: place(this.east, this.north), fix: "RTK fixed, 24 satellites",
        heights: { above_takeoff_m: this.up, ellipsoid_m: GROUND_ELLIPSOID_M + this.up, amsl_m: 34.4 + this.up },
        attitude: { heading_deg: this.heading, pitch_deg: -this.velocity.forward * 1.6, roll_deg: this.velocity.right * 1.6 },
        speed: { level_m_s: level, up_m_s: this.velocity.up, east_m_s: null, north_m_s: null },
        battery: { percent: this.battery, remaining_s: this.battery * 24, return_home_percent: 24, landing_percent: 10 },
        wind: { speed_m_s: 4.2, from_deg: 255 }, home: HOME, home_distance_m: Math.hypot(this.east, this.north),
        obstacles: inAir ? { around_m: Array.from({ length: 72 }, (_, i) => (i > 8 && i < 20 ? 7 + Math.abs(14 - i) * 0.8 : i > 40 && i < 46 ? 16 : null)), above_m: null, below_m: this.up } : null,
        fence: this.fence, stopping_point: level > 0.5 ? { place: this.#ahead(level ** 2 / 6), above_takeoff_m: this.up, distance_m: level ** 2 / 6 } : null,
        target: this.goal ? { place: this.goal.place, above_takeoff_m: this.goal.up, ellipsoid_m: GROUND_ELLIPSOID_M + this.goal.up, remaining_m: this.#left(), remaining_s: this.#left() / 8 } : null,
        last_heard_utc_ms: Date.now(),
      },
      payloads: [this.payload],
    };
  }

  #ahead(metres) {
    const h = (this.heading * Math.PI) / 180;
    return place(this.east + Math.sin(h) * metres, this.north + Math.cos(h) * metres);
  }

  #left() {
    const [east, north] = metresTo(this.goal.place);
    return Math.hypot(east - this.east, north - this.north);
  }

  /** What a command gives: a job's id, or null; a refusal is thrown. */
  command(path, body) {
    const refuse = (detail, remedy, kind = "blocked") => {
      throw { status: 409, title: kind, detail, remedy, kind, request_id: "r-mock" };
    };
    const open = (kind, title, step) => (this.jobs = [...this.jobs.slice(-3), job(kind, title, step)]) && this.jobs.at(-1).id;
    const commands = {
      lease: () => (this.lease = { holder: "operator", mine: true, until_utc_ms: Date.now() + 60_000 }) && null,
      "flight/request-control": () => (this.ours = true) && null,
      "flight/release-control": () => ((this.ours = false), (this.live = "off"), null),
      "flight/live/enter": () => (this.ours ? ((this.live = "opening"), setTimeout(() => (this.live = "up"), 700), null) : refuse("The aircraft does not obey this station.", "Take control first.", "no_control")),
      "flight/live/exit": () => ((this.live = "off"), null),
      "flight/arm": () => (body.serial === SERIAL ? ((this.armed = true), null) : refuse(`The serial number is not the gateway's: ${body.serial}.`, "Read it on the device and type it exactly.", "invalid")),
      "flight/disarm": () => ((this.armed = false), null),
      "flight/take-off": () => (this.armed ? ((this.goal = { place: toPlace(body), up: body.height_m }), open("take_off", "Take off", "rising")) : refuse("It is not armed for flight.", "Arm it under Safety.")),
      "flight/fly-to": () => ((this.goal = { place: toPlace(body), up: body.height_m }), open("fly_to", "Fly to a place", "flying")),
      "flight/fly-to/stop": () => this.halt(),
      "flight/stop": () => this.halt(),
      "flight/land": () => ((this.landing = true), open("land", "Land", "sinking")),
      "flight/return-home": () => ((this.goal = { place: HOME, up: Math.max(30, this.up), thenLand: true }), open("return_home", "Return home", "flying home")),
      "flight/return-home/cancel": () => this.halt(),
      "flight/fence": () => ((this.fence = body.polygon || body.ceiling_m || body.distance_m ? { polygon: [], ...body } : null), null),
      "payload/mode": () => ((this.payload.mode = body.mode), null),
      "payload/photo": () => ((this.payload.photos_left -= 1), null),
      "payload/record/start": () => (Object.assign(this.payload, { recording: true, recorded_s: 0 }), null),
      "payload/record/stop": () => (Object.assign(this.payload, { recording: false, recorded_s: null }), null),
      "payload/zoom": () => ((this.payload[body.lens === "infrared" ? "infrared_zoom_factor" : "zoom_factor"] = body.factor), null),
      "payload/show": () => ((this.payload.shown = body.lens), null),
      "gimbal/reset": () => ((this.payload.gimbal.pitch_deg = body.how === "down" ? -90 : 0), null),
      "gimbal/aim": () => ((this.payload.gimbal.pitch_deg -= (body.y - 0.5) * 40), null),
      "gimbal/rate": () => ((this.payload.gimbal.pitch_deg += body.pitch_deg_s * 0.1), null),
    };
    return commands[path]?.() ?? null;
  }

  halt() {
    this.goal = null;
    this.landing = false;
    this.asked = { motion: STILL, until: 0 };
    for (const open of this.jobs.filter((one) => !one.outcome)) Object.assign(open, { outcome: { result: "cancelled" }, ended_utc_ms: Date.now(), cancellable: false });
    return null;
  }

  nonce() {
    const nonce = `n${Math.random().toString(36).slice(2, 10)}`;
    this.nonces.set(nonce, Date.now());
    for (const [old, given] of this.nonces) if (Date.now() - given > NONCE_LIFE_MS) this.nonces.delete(old);
    return nonce;
  }

  stick(message) {
    if (message.release) this.asked = { motion: STILL, until: 0 };
    else if (this.nonces.has(message.nonce)) this.asked = { motion: message, until: this.nonces.get(message.nonce) + 350 };
  }

  tick(seconds) {
    const wanted = this.asked.until > Date.now() ? this.asked.motion : STILL;
    const ease = (now, to, most) => now + Math.max(-most * seconds, Math.min(most * seconds, to - now));
    let motion = { ...STILL, ...wanted };
    if (this.goal) {
      const [east, north] = metresTo(this.goal.place);
      const left = this.#left();
      if (left > 2) {
        this.heading = ((Math.atan2(east - this.east, north - this.north) * 180) / Math.PI + 360) % 360;
        motion = { ...STILL, forward: Math.min(8, left / 2) };
      }
      motion.up = Math.max(-3, Math.min(4, this.goal.up - this.up));
      if (left <= 2 && Math.abs(this.goal.up - this.up) < 0.5) this.#arrive();
    }
    if (this.landing) motion = { ...STILL, up: this.up > 5 ? -3 : -0.8 };
    for (const key of ["forward", "right", "up"]) this.velocity[key] = ease(this.velocity[key], motion[key], 4);
    this.heading = (this.heading + motion.clockwise * seconds + 360) % 360;
    const h = (this.heading * Math.PI) / 180;
    if (this.up > 0.2 || this.velocity.up > 0) {
      this.east += (Math.sin(h) * this.velocity.forward + Math.cos(h) * this.velocity.right) * seconds;
      this.north += (Math.cos(h) * this.velocity.forward - Math.sin(h) * this.velocity.right) * seconds;
      this.up = Math.max(0, this.up + this.velocity.up * seconds);
      this.battery = Math.max(0, this.battery - seconds / 24);
    }
    if (this.landing && this.up < 0.2) {
      this.up = 0;
      this.halt();
    }
    if (this.payload.recording) this.payload.recorded_s += seconds;
  }

  #arrive() {
    const { thenLand } = this.goal;
    this.goal = null;
    for (const open of this.jobs.filter((one) => !one.outcome)) Object.assign(open, { outcome: { result: "done" }, ended_utc_ms: Date.now(), cancellable: false });
    if (thenLand) this.landing = true;
  }
}

/** A street with houses and trees, as a virtual world tells it. */
export function land() {
  const at = (east, north) => [place(east, north).longitude_deg, place(east, north).latitude_deg];
  const feature = (type, coordinates, properties) => ({ type: "Feature", geometry: { type, coordinates }, properties });
  const house = (e, n, w, d) => feature("Polygon", [[at(e, n), at(e + w, n), at(e + w, n + d), at(e, n + d), at(e, n)]], { kind: "building", height: 9 });
  const houses = [-3, -2, -1, 0, 1, 2, 3].flatMap((i) => [house(i * 60 + 12, 25, 34, 18), house(i * 60 + 8, -52, 26, 22)]);
  const roads = [[at(-400, 0), at(400, 0)], [at(0, -400), at(20, 0), at(10, 400)], [at(-400, 160), at(0, 140), at(400, 190)]];
  const trees = Array.from({ length: 60 }, (_, i) => feature("Point", at(-380 + i * 13, 10 + (i % 5) * 2), { kind: "tree", radius: 3 }));
  return { type: "FeatureCollection", features: [...roads.map((line) => feature("LineString", line, { kind: "road", width: 8 })), ...houses, ...trees] };
}

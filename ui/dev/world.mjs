// The mock hub's one telescope: plausible states that answer the page's commands.

const now = () => Date.now();
const table = (rows) => rows.map(([index, name, value]) => ({ index, name, value }));
const setting = (index, rows, hasAuto) => ({ auto: false, has_auto: hasAuto, index, choices: table(rows) });

export const SHOWPIECES = [
  ["NGC 224", "Andromeda Galaxy", "galaxy", 0.7123, 41.269, 3.4, 178],
  ["Mel 22", "Pleiades", "open_cluster", 3.7833, 24.117, 1.2, 110],
  ["NGC 869", "Double Cluster", "open_cluster", 2.333, 57.133, 4.3, 30],
  ["NGC 598", "Triangulum Galaxy", "galaxy", 1.564, 30.66, 5.7, 69],
  ["NGC 7000", "North America Nebula", "emission_nebula", 20.988, 44.33, 4.0, 120],
  ["NGC 1499", "California Nebula", "emission_nebula", 4.055, 36.42, 5.0, 145],
  ["NGC 7293", "Helix Nebula", "planetary_nebula", 22.494, -20.837, 7.3, 16],
  ["NGC 7078", "M 15", "globular_cluster", 21.4995, 12.167, 6.2, 18],
  ["NGC 6720", "Ring Nebula", "planetary_nebula", 18.893, 33.029, 8.8, 1.4],
  ["NGC 6853", "Dumbbell Nebula", "planetary_nebula", 19.9934, 22.721, 7.4, 8],
];

export function makeWorld() {
  const state = {
    about: {
      family: "dwarf", name: "Virtual DWARF 3", model: "DWARF 3", firmware: "1.1.3", serial: "D3-0042",
      address: "127.0.0.1:9900", simulated: true,
    },
    link: { status: "up", last_heard_utc_ms: now(), round_trip_ms: 6.2, trouble: null },
    control: "host",
    clock: { ahead_s: 0.4, zone: "Europe/Berlin" },
    power: { battery_percent: 83, charging: false, temperature_c: 11.5 },
    storage: { free_gb: 97.4, total_gb: 120 },
    cameras: {
      tele: {
        open: true, field_deg: [2.93, 1.65], preview_px: [1920, 1080],
        exposure: setting(3, [[1, "1/30", 1 / 30], [2, "1", 1], [3, "15", 15], [4, "30", 30], [5, "60", 60]], true),
        gain: setting(60, [[0, "0", 0], [60, "60", 60], [80, "80", 80], [120, "120", 120]], false),
        filter: setting(1, [[0, "VIS", null], [1, "Astro", null], [2, "Duo-band", null]], false),
        parameters: [
          { name: "white_balance", title: "White balance", unit: "K", has_auto: true, auto: true, choices: [], index: null, range: { min: 2800, max: 7500, step: 100, default: 5000 }, value: 5000 },
          { name: "contrast", title: "Contrast", unit: null, has_auto: false, auto: false, choices: [], index: null, range: { min: -100, max: 100, step: 1, default: 0 }, value: 0 },
          { name: "binning", title: "Binning", unit: null, has_auto: false, auto: false, choices: table([[0, "1x1", 1], [1, "2x2", 2]]), index: 0, range: null, value: null },
        ],
      },
      wide: {
        open: true, field_deg: [43, 25], preview_px: [1280, 720],
        exposure: setting(2, [[1, "1/30", 1 / 30], [2, "10", 10]], true),
        gain: setting(80, [[60, "60", 60], [80, "80", 80]], false),
        filter: null,
      },
    },
    mount: {
      motion: "tracking", calibrated: true,
      target: { name: "Andromeda Galaxy", ra_hours: 0.7123, dec_degrees: 41.269 },
      pointing: { ra_hours: 0.7136, dec_degrees: 41.262, source: "target" },
    },
    focuser: { position: 1042, moving: false },
    stacker: {
      lens: "tele", phase: "running", target: "Andromeda Galaxy", wanted: 300, counts: { taken: 9, stacked: 8 },
      sub_seconds: 15,
    },
    tele_on_wide: { x: 0.452, y: 0.487, width: 0.068, height: 0.066 },
    darks: { frames: [{ id: "d1", lens: "tele", exposure: "15", exposure_s: 15, gain: "60", binning: "1x1", temperature_c: 11 }] },
    lights: [{ name: "ring", title: "Ring light", on: false }, { name: "indicator", title: "Battery lights", on: true }],
    troubles: [{ topic: "battery.low", severity: "warning", message: "The battery of Virtual DWARF 3 is at 14 %.", remedy: "Connect it to power.", since_utc_ms: now() }],
    jobs: [],
    blocked: {},
  };
  const world = { state, lease: { holder: "operator", mine: true, until_utc_ms: now() + 60_000 }, finished: [] };
  let count = 0;
  const open = (kind, title, step) => {
    const job = {
      id: `job-${++count}`, kind, title, step, progress: null, started_utc_ms: now(), ended_utc_ms: null,
      outcome: null, cancellable: true,
    };
    state.jobs.push(job);
    return job;
  };
  const close = (job, outcome) => Object.assign(job, { outcome, ended_utc_ms: now(), cancellable: false });
  const ended = open("goto", "Slew to Andromeda Galaxy", "");
  Object.assign(ended, { started_utc_ms: now() - 52_000 });
  close(ended, { result: "done" });
  const failed = open("calibrate", "Calibrate", "");
  close(failed, {
    result: "failed",
    error: {
      kind: "refused", message: "Too few stars were seen to learn how the tripod stands.",
      remedy: "Point away from clouds and trees, focus, and calibrate again.",
      command: "CMD_ASTRO_START_CALIBRATION", code: -11504,
    },
  });
  let stack = open("stack", "Stack Andromeda Galaxy", "exposing sub 10");
  Object.assign(stack, { started_utc_ms: now() - 150_000, progress: 8 / 300 });
  let slew = null;

  const endStack = (result) => {
    if (!stack) return;
    close(stack, { result });
    stack = null;
    state.stacker.phase = "ended";
    world.finished.push({ ...state.stacker.counts, target: state.stacker.target });
  };
  const commands = {
    "mount/goto": (body) => {
      slew = open("goto", `Slew to ${body.name}`, "slewing");
      state.mount = { ...state.mount, motion: "slewing", target: body };
      return slew;
    },
    "mount/stop-goto": () => slew && finishSlew("cancelled"),
    "mount/centre": (body) => {
      Object.assign(state.tele_on_wide, { x: body.x - 0.034, y: body.y - 0.033 });
    },
    "stack/start": (body) => {
      stack = open("stack", `Stack ${state.mount.target.name}`, "exposing sub 1");
      state.stacker = {
        lens: body.lens, phase: "running", target: state.mount.target.name, wanted: body.subs ?? 300,
        counts: { taken: 0, stacked: 0 }, sub_seconds: 15,
      };
      return stack;
    },
    "stack/stop": () => endStack("done"),
    "stack/go-live": () => {
      state.stacker = { ...state.stacker, phase: "live", counts: null };
    },
    "focuser/step": (body) => {
      state.focuser.position += body.direction === "far" ? 1 : -1;
    },
  };
  const finishSlew = (result) => {
    close(slew, { result });
    const { ra_hours, dec_degrees } = state.mount.target;
    state.mount = { ...state.mount, motion: "tracking", pointing: { ra_hours, dec_degrees, source: "target" } };
    slew = null;
  };

  world.command = (path, body) => {
    const job = commands[path]?.(body ?? {}) ?? null;
    const [what, lens, key] = path.split("/");
    if (what === "cameras" && state.cameras[lens]?.[key]) {
      Object.assign(state.cameras[lens][key], { auto: body.auto ?? false, index: body.index ?? null });
    }
    if (what === "jobs" && stack?.id === lens) endStack("cancelled");
    return job?.id ?? null;
  };
  world.tick = () => {
    state.link.last_heard_utc_ms = now();
    state.link.round_trip_ms = 5 + Math.random() * 4;
    world.lease.until_utc_ms = now() + 60_000;
    if (slew) {
      slew.progress = Math.min(1, (slew.progress ?? 0) + 0.12);
      slew.step = slew.progress > 0.6 ? "solving, 2nd try" : "slewing";
      state.mount.motion = slew.progress > 0.6 ? "solving" : "slewing";
      if (slew.progress >= 1) finishSlew("done");
    }
    if (stack) {
      const counts = state.stacker.counts;
      counts.taken += 1;
      if (counts.taken % 9 !== 4) counts.stacked += 1;
      stack.progress = Math.min(1, counts.stacked / state.stacker.wanted);
      stack.step = `exposing sub ${counts.taken + 1}`;
      if (counts.stacked >= state.stacker.wanted) endStack("done");
    }
    state.blocked = {};
    if (stack) {
      for (const name of ["mount.goto", "mount.calibrate", "mount.joystick", "mount.centre", "mount.park"]) {
        state.blocked[name] = { reason: `The telescope is stacking ${state.stacker.target}.`, remedy: "Stop the stack first." };
      }
    }
  };
  world.tick();
  return world;
}

// Mosquitto as a broker that somebody else runs: started, killed and started again at the same port.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";

const PROGRAM = "/usr/sbin/mosquitto";
const LISTENS_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 50;

/** A port nobody listens at now. */
function freePort() {
  return new Promise((found, failed) => {
    const server = createServer();
    server.on("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}

const listens = (port) =>
  new Promise((answer) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => (socket.destroy(), answer(true)));
    socket.on("error", () => answer(false));
  });

export class Mosquitto {
  /** With these accounts, all of one password, listening. */
  static async start(folder, accounts, password) {
    if (!existsSync(PROGRAM)) throw new Error("Mosquitto is not installed. Install it with: sudo apt-get install -y mosquitto");
    const broker = new Mosquitto(folder, await freePort());
    const users = join(folder, "users");
    writeFileSync(users, accounts.map((name) => `${name}:${password}\n`).join(""));
    execFileSync("mosquitto_passwd", ["-U", users], { stdio: "ignore" });
    // Started by root it gives its rights away, and then could not read its files.
    const root = process.getuid() === 0 ? "user root\n" : "";
    const lines = `${root}listener ${broker.port} 127.0.0.1\nallow_anonymous false\npassword_file ${users}\npersistence false\nlog_type error\n`;
    writeFileSync(broker.config, lines);
    await broker.start();
    return broker;
  }

  constructor(folder, port) {
    this.port = port;
    this.config = join(folder, "mosquitto.conf");
    this.url = `mqtt://127.0.0.1:${port}`;
  }

  async start() {
    this.child = spawn(PROGRAM, ["-c", this.config], { stdio: ["ignore", "ignore", "inherit"] });
    this.ended = new Promise((ended) => this.child.on("exit", ended));
    const until = Date.now() + LISTENS_WITHIN_MS;
    while (!(await listens(this.port))) {
      if (Date.now() > until) throw new Error("Mosquitto does not listen");
      await new Promise((passed) => setTimeout(passed, LOOK_EVERY_MS));
    }
  }

  /** As if its machine lost power. */
  async kill() {
    this.child.kill("SIGKILL");
    await this.ended;
  }
}

// A hub that goes away and comes back: a door in front of it that can be shut.

import { connect, createServer } from "node:net";
import { id, SECOND } from "./browser.mjs";

class Door {
  #sockets = new Set();
  #server;

  constructor(hub) {
    this.hub = hub;
  }

  open(port = 0) {
    this.#server = createServer((near) => {
      const far = connect(Number(this.hub.port), this.hub.hostname);
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => {
          near.destroy();
          far.destroy();
          this.#sockets.delete(socket);
        });
      }
      near.pipe(far).pipe(near);
    });
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", () => resolve(this.#server.address().port));
    });
  }

  shut() {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Shuts the hub away under an open page and gives what the page then did wrong. */
export async function loseTheHub(context, link, shoot) {
  const problems = [];
  const door = new Door(new URL(link));
  const port = await door.open();
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${port}/#/telescope`);
  await page.waitForSelector(id("target-name"));
  const target = await page.textContent(id("target-name"));
  await door.shut();
  await page.waitForSelector(id("badge-stale"), { timeout: 15 * SECOND });
  if ((await page.textContent(id("target-name"))) !== target) problems.push("the last state is not kept when the hub is away");
  await page.click(id("tab-shoot"));
  const photo = await page.getAttribute(id("photo"), "aria-disabled");
  if (photo !== "true") problems.push("a command seems possible while the hub is away");
  await shoot(page, "telescope-hub-away");
  await page.click(id("nav-devices"));
  await page.waitForSelector(id("device"));
  await door.open(port);
  await page.waitForSelector(id("badge-stale"), { state: "detached", timeout: 25 * SECOND });
  await page.close();
  await door.shut();
  return problems;
}

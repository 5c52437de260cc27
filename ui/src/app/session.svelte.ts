// Who is signed in. A sign-in link carries a token in its fragment, which browsers never send;
// it is used once and taken out of the address at once.

import { get, post, remove, Trouble } from "../api/client";

interface Answer {
  signed_in: boolean;
  name?: string | null;
}

export class Session {
  status = $state<"checking" | "in" | "out">("checking");
  name = $state("");
  trouble = $state.raw<Trouble | null>(null);

  async begin(): Promise<void> {
    const token = /^#signin=(.+)$/.exec(location.hash)?.[1];
    if (token !== undefined) history.replaceState(null, "", "#/telescope");
    try {
      if (token !== undefined) await post("session", { token: decodeURIComponent(token) });
      await this.#ask();
    } catch (error) {
      await this.#failed(error, token !== undefined);
    }
  }

  /** Looks whether the hub still knows this browser; a hub that cannot be reached says nothing. */
  async verify(): Promise<void> {
    try {
      const answer = await get<Answer>("session");
      if (!answer.signed_in) this.end();
    } catch {
      // The event stream says by itself that the hub is not heard.
    }
  }

  async leave(): Promise<void> {
    await remove("session");
    this.end();
  }

  end(): void {
    this.status = "out";
  }

  async #ask(): Promise<void> {
    const answer = await get<Answer>("session");
    this.name = answer.name ?? "";
    this.status = answer.signed_in ? "in" : "out";
  }

  /** A used link is no harm when this browser is signed in already. */
  async #failed(error: unknown, byLink: boolean): Promise<void> {
    this.trouble = error instanceof Trouble ? error : null;
    this.status = "out";
    if (!byLink) return;
    try {
      await this.#ask();
    } catch {
      // Signed out, as said.
    }
  }
}

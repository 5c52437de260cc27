// Who is signed in. A sign-in or guest link carries a token in its fragment, which browsers never
// send; it is used once and taken out of the address at once.

import { get, post, remove, Trouble } from "../api/client";
import type { Role, Who } from "../api/types";

const RANK: Record<Role, number> = { guest: 0, viewer: 1, operator: 2, admin: 3 };
const LINK = /^#(signin|guest)=(.+)$/;

class Session {
  status = $state<"checking" | "in" | "out">("checking");
  who = $state.raw<Who | null>(null);
  trouble = $state.raw<Trouble | null>(null);

  get name(): string {
    return this.who?.name ?? "";
  }

  /** Whether the role suffices. */
  may(role: Role): boolean {
    const own = this.who?.role;
    if (own == null) return this.status === "in" && role === "operator";
    return RANK[own] >= RANK[role];
  }

  async begin(): Promise<void> {
    const link = LINK.exec(location.hash);
    if (link) history.replaceState(null, "", "#/telescope");
    const token = decodeURIComponent(link?.[2] ?? "");
    try {
      if (link) await post("session", link[1] === "guest" ? { guest: token } : { token });
      await this.#ask();
    } catch (error) {
      await this.#failed(error, link !== null);
    }
  }

  /** Signs in by name; what went wrong is left in `trouble`. */
  async enter(name: string, password: string): Promise<void> {
    this.trouble = null;
    try {
      await post("session", { name, password });
      await this.#ask();
    } catch (error) {
      this.trouble = error instanceof Trouble ? error : null;
    }
  }

  /** Looks whether the hub still knows this browser; a hub that cannot be reached says nothing. */
  async verify(): Promise<void> {
    try {
      const who = await get<Who>("session");
      if (who.signed_in) this.who = who;
      else this.end();
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
    this.who = await get<Who>("session");
    this.status = this.who.signed_in ? "in" : "out";
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

export const session = new Session();

// Requests to the hub. A failure is always a `Trouble`: one sentence, what to do, and the details.

import { words } from "../words/words.svelte";

export interface TroubleDetails {
  kind: string;
  command?: string | null;
  code?: number | null;
  requestId?: string | null;
  status?: number | null;
}

export class Trouble extends Error {
  constructor(
    message: string,
    readonly remedy: string | null,
    readonly details: TroubleDetails,
  ) {
    super(message);
  }
}

export class SignedOut extends Trouble {}

export interface Problem {
  status?: number;
  title?: string;
  detail?: string;
  remedy?: string | null;
  kind?: string;
  command?: string | null;
  code?: number | null;
  request_id?: string | null;
}

const LONGEST_WAIT_MS = 30_000;

async function troubleOf(response: Response): Promise<Trouble> {
  let problem: Problem = {};
  try {
    problem = (await response.json()) as Problem;
  } catch {
    // Not a problem document: the status is all there is to tell.
  }
  return troubleFrom({ status: response.status, ...problem });
}

/** A problem document as something to tell a person. */
export function troubleFrom(problem: Problem): Trouble {
  const message = problem.detail ?? problem.title ?? words.failures.answered(String(problem.status ?? ""));
  const details: TroubleDetails = {
    kind: problem.kind ?? "http",
    command: problem.command ?? null,
    code: problem.code ?? null,
    requestId: problem.request_id ?? null,
    status: problem.status ?? null,
  };
  const Kind = problem.status === 401 ? SignedOut : Trouble;
  return new Kind(message, problem.remedy ?? null, details);
}

async function request(method: string, path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-Skyhelm"] = "1";
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(`/api/v1/${path}`, {
      method,
      headers,
      credentials: "same-origin",
      signal: AbortSignal.timeout(LONGEST_WAIT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    throw new Trouble(
      late ? words.failures.late : words.failures.unreachable,
      words.failures.unreachableRemedy,
      { kind: late ? "timed_out" : "unreachable", command: `${method} ${path}` },
    );
  }
  if (!response.ok) throw await troubleOf(response);
  return response;
}

async function json<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await request(method, path, body);
  const text = await response.text();
  return (text === "" ? null : JSON.parse(text)) as T;
}

export const get = <T>(path: string): Promise<T> => json<T>("GET", path);
export const post = <T>(path: string, body?: unknown): Promise<T> => json<T>("POST", path, body);
export const put = <T>(path: string, body?: unknown): Promise<T> => json<T>("PUT", path, body);
export const patch = <T>(path: string, body?: unknown): Promise<T> => json<T>("PATCH", path, body);
export const remove = <T = null>(path: string): Promise<T> => json<T>("DELETE", path);

/** Builds a query string, leaving out what is not given. */
export function query(values: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value != null && value !== "");
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}

export const devicePath = (id: string): string => `devices/${encodeURIComponent(id)}`;
export const libraryPath = (id: string): string => `library/${encodeURIComponent(id)}`;

// DJI Pilot 2's own side: `window.djiBridge`, as a page in its browser finds it (API 1.16.1, JSBridge).
// Each call answers at once, by a text that is JSON: {code, message, data}; code 0 is success.

export interface DjiBridge {
  platformVerifyLicense(appId: string, appKey: string, license: string): string;
  platformIsVerified(): string;
  platformGetRemoteControllerSN(): string;
  platformGetAircraftSN(): string;
  platformSetWorkspaceId(uuid: string): string;
  platformSetInformation(platform: string, workspace: string, description: string): string;
  platformLoadComponent(name: string, parameters: string): string;
  platformUnloadComponent(name: string): string;
  platformIsComponentLoaded(name: string): string;
  thingConnect(username: string, password: string, callback: string): string;
  thingGetConnectState(): string;
}

/** What Pilot 2 said no to. */
export class Refused extends Error {
  constructor(
    readonly call: string,
    readonly code: number | null,
    message: string,
  ) {
    super(message);
  }
}

/** The data of an answer; older versions answer some questions with the bare text. */
export function answered(call: string, text: unknown): unknown {
  let said: unknown = text;
  if (typeof text === "string") {
    try {
      said = JSON.parse(text);
    } catch {
      return text;
    }
  }
  if (typeof said !== "object" || said === null || !("code" in said)) return said;
  const { code, message, data } = said as { code: unknown; message?: unknown; data?: unknown };
  if (Number(code) !== 0) throw new Refused(call, Number(code), typeof message === "string" ? message : "");
  return data;
}

/** Yes, however it is written. */
export const isYes = (data: unknown): boolean => data === true || data === 1 || data === "true" || data === "1";

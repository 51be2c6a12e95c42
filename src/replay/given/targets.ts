import { usageError } from "../../errors.ts";
import { displayUrl } from "../../model/display-url.ts";
import type { Side, Target } from "../../model/target.ts";

/** A side's URL and its extra headers as a target. Throws a usage error for a URL that is no HTTP or WebSocket one. */
export function targetOf(
  side: Side,
  index: number,
  text: string,
  extra: Readonly<Record<string, string>>,
  webSocket: string | undefined,
): Target {
  const url = URL.parse(text);
  if (url === null || !/^(?:https?|wss?):$/.test(url.protocol)) {
    throw usageError(`--${side} is not an http, https, ws or wss URL: ${displayUrl(text)}`);
  }
  const headers: Record<string, string> = { ...extra };
  if (url.username !== "" || url.password !== "") {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers["authorization"] = `Basic ${Buffer.from(credentials).toString("base64")}`;
  }
  const path = `${url.pathname}${url.search}`;
  const secure = url.protocol === "https:" || url.protocol === "wss:";
  return {
    side,
    index,
    shown: displayUrl(text),
    origin: `${secure ? "https" : "http"}://${url.host}`,
    path,
    headers,
    webSocketUrl: webSocket ?? `${secure ? "wss" : "ws"}://${url.host}${path}`,
  };
}

/** Extra headers as the environment holds them: `Name: value` lines. */
export function headersOf(text: string | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of (text ?? "").split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0)
      headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}

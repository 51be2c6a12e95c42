/** `https://user@Host:8545/v2/x?y#z` → `/v2/x?y`; `/` where there is none. */
export function pathOf(url: string): string {
  const rest = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").replace(/#.*$/s, "");
  return rest.startsWith("/") ? rest : `/${rest}`;
}

/** `https://user@Host:8545/v2` → `https://host:8545`, or null for what is no call over HTTP or WebSocket (`data:`, `chrome-extension:`). */
export function originOf(url: string): string | null {
  const parsed = URL.parse(url);
  return parsed !== null && /^(?:https?|wss?):$/.test(parsed.protocol)
    ? `${parsed.protocol}//${parsed.host}`
    : null;
}

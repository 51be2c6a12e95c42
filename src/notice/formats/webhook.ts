import type { AccountChange, Notice } from "../compose/model.ts";

/** Standard Webhooks asks for payloads under 20 kB; the envelope and multi-byte characters take the rest. */
const MOST_BYTES = 18_000;

/** The `data` of a webhook: the notice without its excerpts, with as many changes as fit. */
export function webhookData(notice: Notice): object {
  const { changes, further, harmless, unlisted, unlistedHarmless } = notice;
  const { schemaVersion, id, revision, history, reminder, account, standing, title } = notice;
  const { headline, upgrade, coverage, answer } = notice;
  const listed = [...changes, ...further].map(brief);
  const data = {
    schemaVersion,
    id,
    revision,
    history,
    reminder,
    account,
    standing,
    title,
    headline,
    upgrade,
    coverage,
    answer,
    changes: [] as object[],
    more: 0,
    harmless: harmless.length + unlistedHarmless,
  };
  let size = Buffer.byteLength(JSON.stringify(data));
  let kept = 0;
  for (const change of listed) {
    size += Buffer.byteLength(JSON.stringify(change)) + 1;
    if (size > MOST_BYTES) break;
    kept += 1;
  }
  return { ...data, changes: listed.slice(0, kept), more: listed.length - kept + unlisted };
}

function brief(change: AccountChange): object {
  const { fingerprint, kind, severity, method, path, sentence, calls, estimate } = change;
  const { lastSeen, clients, apps, upstream, advice, evidence } = change;
  return {
    fingerprint,
    kind,
    severity,
    method,
    path,
    sentence,
    calls,
    estimate,
    lastSeen,
    clients,
    apps,
    upstream,
    action: advice?.action ?? null,
    example: evidence === null ? null : { at: evidence.at, request: evidence.request },
  };
}

import type { Upgrade } from "../../config/upgrade.ts";
import type { Moment, UpgradeFacts } from "./model.ts";

/** The upgrade file as the notices of one moment state it: `live` once the change has happened, a timeline in order. */
export function upgradeFacts(upgrade: Upgrade, now: Date): UpgradeFacts {
  const { test, oldVersion, rollback } = upgrade;
  const passed = Date.parse(upgrade.changesAt) <= now.getTime();
  return {
    id: upgrade.id,
    network: upgrade.network,
    endpoint: upgrade.endpoint,
    client: upgrade.client,
    from: upgrade.from,
    to: upgrade.to,
    urgency: upgrade.urgency,
    state: upgrade.state === "planned" && passed ? "live" : upgrade.state,
    releaseNotes: upgrade.releaseNotes ?? null,
    changesAt: seconds(upgrade.changesAt),
    actBy: seconds(upgrade.actBy ?? upgrade.changesAt),
    test:
      test === "none"
        ? null
        : {
            endpoint: test.endpoint,
            until: test.until === undefined ? null : seconds(test.until),
            how: test.how ?? null,
          },
    oldVersion:
      oldVersion === "none"
        ? null
        : {
            keptUntil: seconds(oldVersion.keptUntil),
            endpoint: oldVersion.endpoint ?? null,
            how: oldVersion.how ?? null,
          },
    rollback: { possible: rollback.possible, note: rollback.note ?? null },
    timeline: timeline(upgrade),
    contact: [upgrade.contact.email, upgrade.contact.url, upgrade.contact.slack].filter(
      (place) => place !== undefined,
    ),
    unchanged: upgrade.unchanged,
    notes: upgrade.notes,
    changelog: upgrade.changelog ?? null,
  };
}

function timeline(upgrade: Upgrade): Moment[] {
  const { client, to, from, test, oldVersion } = upgrade;
  const moments: Moment[] = [
    ...upgrade.timeline,
    { at: upgrade.changesAt, what: `Your traffic is answered by ${client} ${to}.` },
  ];
  if (upgrade.actBy !== undefined && upgrade.actBy !== upgrade.changesAt)
    moments.push({ at: upgrade.actBy, what: "Be ready by now." });
  if (test !== "none" && test.until !== undefined)
    moments.push({ at: test.until, what: "The test endpoint is switched off." });
  if (oldVersion !== "none")
    moments.push({ at: oldVersion.keptUntil, what: `${client} ${from} is switched off.` });
  return moments
    .map(({ at, what }) => ({ at: seconds(at), what }))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function seconds(at: string): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** `2026-12-15 14:00 UTC`. */
export function dateText(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

import type { Notice, Standing } from "../compose/model.ts";

const URGENCY = {
  optional: "optional release",
  recommended: "recommended release",
  mandatory: "mandatory release",
  security: "security release: it can't wait",
} as const;

const ACCENT: Readonly<Record<Standing, string>> = {
  affected: "#b3261e",
  check: "#b26a00",
  informed: "#2f6f44",
  "not-seen": "#4a6078",
  unknown: "#4a6078",
};

/** A notice as the templates read it: the model and a few words that templates can't work out. */
export function noticeView(notice: Notice): object {
  const { state } = notice.upgrade;
  return {
    ...notice,
    showsChanges: state === "planned" || state === "live",
    accent: ACCENT[notice.standing],
    upgrade: upgradeView(notice.upgrade),
  };
}

/** The shared facts with the words for urgency and state. */
export function upgradeView(upgrade: Notice["upgrade"]): object {
  const isLive = upgrade.state === "live";
  return {
    ...upgrade,
    isLive,
    actsEarlier: upgrade.actBy !== upgrade.changesAt,
    urgencyText: URGENCY[upgrade.urgency],
    effectLabel: isLive ? "Live since" : "Takes effect",
  };
}

import type { Notice, UpgradeFacts } from "../../notice/compose/model.ts";
import type { StatusLine } from "../../notice/status.ts";

/** What support staff need of one customer. */
export interface SupportEntry {
  readonly account: string;
  readonly name: string;
  readonly owner: string | null;
  readonly standing: StatusLine["standing"];
  readonly hasToAct: boolean;
  readonly headline: string;
  /** What changes for them, worst first, each a sentence. */
  readonly changes: readonly string[];
  readonly actions: readonly string[];
  /** What to look for in their logs and ours. */
  readonly inLogs: readonly string[];
  /** "told 2026-11-20 by e-mail to …", or why not. */
  readonly told: string;
  readonly answer: string | null;
  readonly actBy: string;
}

const CHANGES = 12;

/** The newest notice of each customer, as support reads it: who has to act first. */
export function supportEntries(
  notices: readonly { readonly line: StatusLine; readonly notice: Notice }[],
): SupportEntry[] {
  return notices
    .map(({ line, notice }): SupportEntry => ({
      account: line.account,
      name: line.name,
      owner: line.owner,
      standing: line.standing,
      hasToAct: line.hasToAct,
      headline: plain(notice.headline),
      changes: [...notice.changes, ...notice.further]
        .slice(0, CHANGES)
        .map(({ sentence }) => plain(sentence)),
      actions: (notice.brief?.actions ?? []).map(plain),
      inLogs: notice.brief?.inLogs ?? [],
      told: toldText(line),
      answer: line.answer === null ? null : answerText(line.answer),
      actBy: line.actBy,
    }))
    .toSorted((a, b) => Number(b.hasToAct) - Number(a.hasToAct) || a.name.localeCompare(b.name));
}

function toldText({ state, places }: StatusLine): string {
  const delivered = places.filter(({ deliveredAt }) => deliveredAt !== null);
  if (delivered.length > 0)
    return `told ${delivered.map(({ deliveredAt, place }) => `${deliveredAt?.slice(0, 10)} by ${place}`).join(", ")}`;
  return state === "draft" ? "not told yet: the notice is a draft" : `not told yet: ${state}`;
}

function answerText({ answer, reason }: NonNullable<StatusLine["answer"]>): string {
  return reason === null || reason === "" ? answer : `${answer}: ${reason}`;
}

function plain(phrase: string): string {
  return phrase.replaceAll("`", "");
}

/** Names customers: it stays inside. */
export function supportText(
  upgrade: UpgradeFacts,
  entries: readonly SupportEntry[],
  folder: string,
): string {
  const acting = entries.filter(({ hasToAct }) => hasToAct);
  const others = entries.filter(({ hasToAct }) => !hasToAct);
  return [
    `# For support: ${upgrade.client} ${upgrade.from} to ${upgrade.to}, ${upgrade.network}`,
    "",
    "It names customers: keep it inside.",
    "",
    `- Takes effect ${upgrade.changesAt}; customers act by ${upgrade.actBy}.`,
    upgrade.test === null
      ? "- There is no endpoint to try the new version at."
      : `- To try the new version: ${upgrade.test.endpoint}${upgrade.test.until === null ? "" : ` until ${upgrade.test.until}`}.`,
    upgrade.oldVersion === null
      ? "- The old version is not kept."
      : `- The old version is kept until ${upgrade.oldVersion.keptUntil}${upgrade.oldVersion.endpoint === null ? "" : ` at ${upgrade.oldVersion.endpoint}`}.`,
    upgrade.rollback.possible ? "- A roll-back is possible." : "- There is no way back.",
    ...(upgrade.rollback.note === null ? [] : [`  ${upgrade.rollback.note}`]),
    "- Is it the upgrade? Ask both versions the customer's own request:",
    "",
    "  ```",
    `  shadowdiff ask 'CURL LINE OR JSON' --old OLD_URL --candidate NEW_URL --run ${folder}/runs/traffic`,
    "  ```",
    "",
    `## Have to act: ${acting.length} of ${entries.length}`,
    ...acting.flatMap(sectionOf),
    "",
    `## Need not act: ${others.length}`,
    "",
    ...others.map(
      ({ name, account, standing, told, answer }) =>
        `- ${cell(name)} (${account}): ${standing}; ${told}${answer === null ? "" : `; answered ${cell(answer)}`}`,
    ),
    "",
  ].join("\n");
}

function sectionOf(entry: SupportEntry): string[] {
  const {
    name,
    account,
    owner,
    standing,
    headline,
    changes,
    actions,
    inLogs,
    told,
    answer,
    actBy,
  } = entry;
  return [
    "",
    `### ${cell(name)} (${account})`,
    "",
    `${standing}, by ${actBy}; ${told}; ${answer === null ? "no answer" : `answered ${cell(answer)}`}${owner === null ? "" : `; looked after by ${cell(owner)}`}.`,
    "",
    cell(headline),
    "",
    ...changes.map((change) => `- ${cell(change)}`),
    ...(actions.length === 0 ? [] : ["", `Tell them: ${actions.map(cell).join(" ")}`]),
    ...(inLogs.length === 0
      ? []
      : ["", `In logs: ${inLogs.map((text) => `\`${text.replaceAll("`", "'")}\``).join(", ")}`]),
  ];
}

/** Customers' and nodes' words on one line, without markup. */
function cell(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll("<", "&lt;")
    .replaceAll(/[`*_[\]#|]/g, String.raw`\$&`);
}

import type { AccountChange, Brief } from "./model.ts";

/** Conditions, actions and search terms that are shown; more nobody reads in ten seconds. */
const CONDITIONS = 3;
const ACTIONS = 2;
const TERMS = 4;
const METHODS = 5;

/**
 * What a reader needs in ten seconds: whether it touches their code, what to write, what to look for. Null where nothing has
 * to be done, or where no code can be told that depends on it.
 */
export function briefOf(changes: readonly AccountChange[]): Brief | null {
  const acting = changes.filter(({ severity }) => severity === "breaking" || severity === "risky");
  const advice = acting.flatMap(({ advice: one }) => one ?? []);
  const conditions = joined(acting);
  if (conditions.length === 0) return null;
  const actions = distinct(advice.map(({ action }) => action));
  return {
    affectedIf: conditions.slice(0, CONDITIONS),
    moreConditions: Math.max(0, conditions.length - CONDITIONS),
    actions: actions.slice(0, ACTIONS),
    moreActions: Math.max(0, actions.length - ACTIONS),
    inCode: distinct(advice.flatMap(({ search }) => search.code ?? [])).slice(0, TERMS),
    inLogs: distinct(advice.flatMap(({ search }) => search.logs ?? [])).slice(0, TERMS),
  };
}

/** Conditions that differ in nothing but the method are one, of several methods. */
function joined(changes: readonly AccountChange[]): string[] {
  const methods = new Map<string, string[]>();
  for (const { advice, method } of changes) {
    if (advice === null || advice.condition === null) continue;
    const name = `\`${method.replaceAll("`", "'")}\``;
    const form = JSON.stringify(advice.condition.split(name));
    methods.set(form, distinct([...(methods.get(form) ?? []), name]));
  }
  return [...methods].map(([form, own]) => (JSON.parse(form) as string[]).join(listed(own)));
}

/** "a, b or c". */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, METHODS);
  if (names.length > METHODS) return `${shown.join(", ")} or ${names.length - METHODS} others`;
  return shown.length === 1
    ? (shown[0] ?? "")
    : `${shown.slice(0, -1).join(", ")} or ${shown.at(-1)}`;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

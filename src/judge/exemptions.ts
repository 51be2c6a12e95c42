import type { FailOn, JudgeConfiguration } from "../config/judging.ts";
import type { Finding } from "../model/judged.ts";
import { methodKnowledge } from "../chains/knowledge-of.ts";
import { atLeast } from "./severity.ts";

/** Whether a method's answer names the node (`web3_clientVersion`): an upgrade changes it, and that never fails. */
export function identifiesNode(method: string): boolean {
  return methodKnowledge(method.includes(" ") ? "rest" : "json-rpc", method).identifiesNode;
}

/** The failOn in force for a method's calls of one customer (null: of callers without a setting of their own). */
function failOnFor(
  configuration: JudgeConfiguration,
  method: string,
  customer: string | null,
): FailOn {
  if (identifiesNode(method)) return "never";
  const own = customer === null ? undefined : configuration.customers[customer]?.failOn;
  return own ?? configuration.methods[method]?.failOn ?? configuration.failOn;
}

/** Whether a finding is one that fails, for any of those whom it affects. */
export function failsFor(finding: Finding, configuration: JudgeConfiguration): boolean {
  const { customers, calls } = finding.facts;
  const named = customers.reduce((total, customer) => total + customer.calls, 0);
  const callers = [
    ...customers.map(({ id }) => id),
    ...(named < calls || customers.length === 0 ? [null] : []),
  ];
  return callers.some((id) =>
    atLeast(finding.severity, failOnFor(configuration, finding.method, id)),
  );
}

/**
 * Whether calls of this method and customer are left out of the limits: those that name the node, and those that the
 * configuration says never to fail on. A global `failOn: never` leaves the limits to decide.
 */
export function exempt(
  configuration: JudgeConfiguration,
  method: string,
  customer: string | null,
): boolean {
  const own = customer === null ? undefined : configuration.customers[customer]?.failOn;
  return identifiesNode(method) || (own ?? configuration.methods[method]?.failOn) === "never";
}

import type { FailOn, JudgeConfiguration } from "../config/judging.ts";
import type { Finding } from "../model/judged.ts";
import { atLeast } from "./severity.ts";

/** The failOn in force for a method's calls of one customer (null: of callers without a setting of their own). */
function failOnFor(
  configuration: JudgeConfiguration,
  method: string,
  customer: string | null,
): FailOn {
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
 * Whether calls of this method and customer are left out of the limits: those that the configuration says never to fail on.
 * A global `failOn: never` leaves the limits to decide. What an upgrade changes because it names the node is no difference in
 * the first place, and whatever else such a method shows counts as of any other.
 */
export function exempt(
  configuration: JudgeConfiguration,
  method: string,
  customer: string | null,
): boolean {
  const own = customer === null ? undefined : configuration.customers[customer]?.failOn;
  return (own ?? configuration.methods[method]?.failOn) === "never";
}

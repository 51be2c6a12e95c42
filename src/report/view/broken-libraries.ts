import { clientsThatBreak } from "../../classify/clients/clients.ts";
import type { GroupFacts } from "../../model/run.ts";
import type { FindingView } from "./view.ts";

/** Customers that are named beside one library version. */
const CUSTOMERS = 5;

/** Which libraries break on a finding and who uses them; customers whose User-Agent named none are counted. */
export function brokenLibraries(
  facts: GroupFacts,
): Pick<FindingView, "brokenLibraries" | "unknownClients"> {
  const { breaks, unknown } = clientsThatBreak(facts);
  return {
    brokenLibraries: breaks.map(({ library, versions, effect, source, seen }) => ({
      library: [library, versions].filter((part) => part !== "").join(" "),
      effect,
      source,
      seen: seen.length === 0 ? null : seen.map(seenText).join("; "),
    })),
    unknownClients: unknown.length,
  };
}

function seenText({ version, customers }: GroupFacts["clients"][number]): string {
  const named = customers.slice(0, CUSTOMERS).join(", ");
  const more = customers.length > CUSTOMERS ? ` and ${customers.length - CUSTOMERS} more` : "";
  return `${version} of ${named}${more}`;
}

import { usageError } from "../../errors.ts";
import type { RecordingReader } from "../../model/recording.ts";

/** Names of the recordings that do not say which network they are from; the probes of a changelog are from none. */
export function unknownNetworks(
  recordings: readonly Pick<RecordingReader, "facts" | "header">[],
): string[] {
  return recordings
    .filter(({ header }) => header.network.chainId === "unknown" && header.source !== "cases")
    .map(({ facts }) => facts.name);
}

/** What may happen when traffic of one network is sent to nodes of another, in a sentence. */
export function unknownNetworkText(names: readonly string[]): string {
  return `Nothing says which network ${names.join(", ")} ${names.length === 1 ? "is" : "are"} from: calls of another network than the nodes' prove nothing.`;
}

/** Where nobody can be asked and a pipeline depends on the answer, it has to be given. */
export function unknownNetworkError(names: readonly string[]): Error {
  return usageError(unknownNetworkText(names), {
    details: [
      "Say it with --network CHAIN_ID (the nodes must agree), or import with --chain-id CHAIN_ID.",
    ],
  });
}

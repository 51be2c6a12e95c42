import type { Chain } from "../chain.ts";
import { COMMON_EXCUSES } from "../excuses.ts";

/** A service of no known chain: any name is its own, nothing drifts, and only reads by a safe verb are known to be safe. */
export const OTHER: Chain = {
  name: "other",
  wires: ["json-rpc", "rest"],
  owns: () => true,
  methods: {},
  drifts: [],
  blockOfAnswer: null,
  unordered: [],
  maps: [],
  bytes: [],
  fractions: [],
  failingParts: [],
  nullable: new Set(),
  enums: [],
  excuses: COMMON_EXCUSES,
  matchedTexts: [],
};

/** Names of networks, as notes write them. Sources: the chains that the known clients run. */
const TEST_NAMES = String.raw`test ?nets?|holesky|hole[sš]ky|hoodi|sepolia|g(?:oe|ö)rli|goerli|ropsten|rinkeby|kovan|kiln|amoy|mumbai|chiado|calib(?:ration(?: network)?|net)|dev ?nets?|regtest|signet|shasta|nile|chapel`;
const MAIN_NAMES = String.raw`main ?net(?:-beta| beta)?`;

/** Any network's name: what follows "on" where something is scheduled or not to be run. */
export const NETWORK = String.raw`(?:${TEST_NAMES}|${MAIN_NAMES}|gnosis|polygon|optimism|base|arbitrum)`;

const TEST = new RegExp(String.raw`\b(?:${TEST_NAMES})\b`, "i");
/** A main net that a sentence speaks of as what this is for, not as what comes later. */
const MAIN = new RegExp(
  String.raw`\b(?:${MAIN_NAMES})\b|\ball (?:users|operators|nodes|networks)\b`,
  "i",
);
const LATER = new RegExp(
  String.raw`\b(?:before|ahead of|prior to)\b[^.;]{0,60}\b${MAIN_NAMES}`,
  "i",
);

/** Whether sentences name test nets and no main net. */
export function areOfTestNets(sentences: readonly string[]): boolean {
  return (
    sentences.some((sentence) => TEST.test(sentence)) &&
    !sentences.some((sentence) => MAIN.test(sentence) && !LATER.test(sentence))
  );
}

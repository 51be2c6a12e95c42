import { identifier, inList, inTable, withImport, type Piece } from "./piece.ts";

/** A chain over JSON-RPC: what is known of its methods and answers, how its nodes are asked, and its rows. */
export const chain: Piece = {
  kind: "chain",
  usage: "chain NAME",
  make(name) {
    const own = identifier(name).toUpperCase();
    const folder = `src/chains/${name}`;
    return {
      files: {
        [`${folder}/methods.ts`]: methodsFile(name, own),
        [`${folder}/data.ts`]: dataFile(name, own),
        [`${folder}/nodes.ts`]: nodesFile(name, own),
      },
      edits: [
        {
          file: "src/model/exchange.ts",
          change: (text) => inList(text, "CHAIN_NAMES = [", `"${name}"`, `"other"`),
        },
        {
          file: "src/chains/index.ts",
          change: (text) =>
            inList(
              withImport(text, `import { ${own} } from "./${name}/data.ts";`),
              "CHAINS: readonly Chain[] = [",
              own,
              "OTHER",
            ),
        },
        {
          file: "src/chains/nodes.ts",
          change: (text) =>
            inList(
              withImport(text, `import { ${own}_NODES } from "./${name}/nodes.ts";`),
              "NODES: readonly ChainNodes[] = [",
              `${own}_NODES`,
              "OTHER_NODES",
            ),
        },
        {
          // Until its values have a grammar of their own, what is not known to be harmless becomes a token.
          file: "src/redact/methods.ts",
          change: (text) => inTable(text, "OF_CHAIN: ", `  "${name}": "strict",`),
        },
      ],
      next: [
        `write a row for each method in ${folder}/methods.ts: what is safe, heavy, drifts, takes a block; with the source`,
        `say in ${folder}/data.ts which names are its own, and what its answers hold`,
        `ask in ${folder}/nodes.ts for network, version, head and a block's hash`,
        "say in src/redact/methods.ts which grammar its values follow, so that less of them becomes a token",
        "npm run format && npm run docs && npx vitest run test/protocol test/record/redact.test.ts",
        "name the chain in docs/guides/replaying.md",
      ],
    };
  },
};

function methodsFile(name: string, own: string): string {
  return `import type { MethodKnowledge } from "../knowledge.ts";
import { blockAt, drift, reads } from "../rows.ts";

/** Methods that only read. Source: where the chain's interface is written down. */
export const ${own}_METHODS: Readonly<Record<string, MethodKnowledge>> = {
  ${identifier(name)}_head: reads({ followsHead: true, drifts: drift("head", "number", "hash") }),
  ${identifier(name)}_block: blockAt(0),
};
`;
}

function dataFile(name: string, own: string): string {
  return `import type { Chain } from "../chain.ts";
import { COMMON_EXCUSES } from "../excuses.ts";
import { ${own}_METHODS } from "./methods.ts";

export const ${own}: Chain = {
  name: "${name}",
  wires: ["json-rpc"],
  owns: (protocol, method) => protocol === "json-rpc" && method.startsWith("${identifier(name)}_"),
  methods: ${own}_METHODS,
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
`;
}

function nodesFile(name: string, own: string): string {
  const word = identifier(name);
  return `import { field, rpcQuestion, rpcResult, type Ask } from "../ask.ts";
import type { Block } from "../chain.ts";
import type { ChainNodes } from "../chain-nodes.ts";

export const ${own}_NODES: ChainNodes = {
  name: "${name}",
  hello: rpcQuestion("${word}_head", []),
  async network(ask) {
    const first = await block(ask, "${word}_block", [0]);
    return first === null ? null : { chainId: "${name}", genesisHash: first.hash };
  },
  version: async () => null,
  async capabilities(ask) {
    return { head: (await block(ask, "${word}_head", []))?.number ?? null };
  },
  view: (ask) => ({
    head: () => block(ask, "${word}_head", []),
    tagged: async () => null,
    at: (number) => block(ask, "${word}_block", [number]),
  }),
  // Blocks of some minutes.
  maxLag: 30,
  namedBlock: null,
};

/** The block in an answer \`{number, hash}\`, or null where there is none. */
async function block(ask: Ask, method: string, params: (string | number)[]): Promise<Block | null> {
  const answer = await rpcResult(ask, method, params);
  const [number, hash] = [field(answer, ["number"]), field(answer, ["hash"])];
  return typeof number === "number" && typeof hash === "string" ? { number, hash } : null;
}
`;
}

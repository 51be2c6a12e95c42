import { setTimeout as pause } from "node:timers/promises";
import { CREATION_CODE, SELECTORS } from "../../src/demo/contract.ts";
import { rpc } from "../../src/demo/rpc.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { CHAIN_ID, PEOPLE } from "./genesis.ts";

type Hex = `0x${string}`;

/** What there is to ask about. */
export interface Grown {
  readonly keeper: Hex;
  /** Passes every call on to the keeper, so that traces have two levels. */
  readonly passer: Hex;
  /** By what they are: `legacy`, `accessList`, `dynamic`, `setCode`, `create`, `log`, `reverted`, `nested`. */
  readonly transactions: Readonly<Record<string, Hex>>;
}

const FEES = { maxFeePerGas: 3_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n };
const GAS = 300_000n;
const ROUNDS = 6;
const MINED_WITHIN_MS = 20_000;

const [ann, bob, cleo, dan] = PEOPLE as [Person, Person, Person, Person];
type Person = (typeof PEOPLE)[number];

const nonces = new Map<string, number>();

/** A transaction of a person that no node has seen; each has the next nonce. */
export async function signed(from: Person, fields: object): Promise<Hex> {
  const nonce = nonces.get(from.address) ?? 0;
  nonces.set(from.address, nonce + 1);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fields of one of the types below
  return from.signTransaction({ chainId: CHAIN_ID, nonce, gas: GAS, ...fields } as never);
}

/** Grows a chain of every kind of transaction, a block or so each. */
export async function grow(url: string): Promise<Grown> {
  const transactions: Record<string, Hex> = {};
  const send = async (name: string, from: Person, fields: object): Promise<JsonObject> => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a node gives the hash
    const hash = (await rpc(url, "eth_sendRawTransaction", [await signed(from, fields)])) as Hex;
    transactions[name] = hash;
    return receiptOf(url, hash);
  };
  const created = await send("create", ann, { type: "eip1559", ...FEES, data: CREATION_CODE });
  const keeper = addressIn(created);
  const passing = `0x3d602d80600a3d3981f3363d3d373d3d3d363d73${keeper.slice(2)}5af43d82803e903d91602b57fd5bf3`;
  const passer = addressIn(
    await send("createPasser", ann, { type: "eip1559", ...FEES, data: passing }),
  );
  for (let round = 1; round <= ROUNDS; round += 1) {
    await send("legacy", bob, {
      type: "legacy",
      gasPrice: 2_000_000_000n,
      to: cleo.address,
      value: 10n ** 15n,
    });
    await send("log", ann, { type: "eip1559", ...FEES, to: keeper, data: set(round) });
  }
  const accessList = [{ address: keeper, storageKeys: [`0x${"0".repeat(64)}`] }];
  const listed = { type: "eip2930", gasPrice: 2_000_000_000n, accessList };
  await send("accessList", bob, { ...listed, to: keeper, data: set(7) });
  await send("dynamic", cleo, { type: "eip1559", ...FEES, to: bob.address, value: 1n });
  await send("nested", ann, { type: "eip1559", ...FEES, to: passer, data: set(8) });
  await send("reverted", bob, { type: "eip1559", ...FEES, to: keeper, data: SELECTORS.fail });
  const authorization = await dan.signAuthorization({
    contractAddress: keeper,
    chainId: CHAIN_ID,
    nonce: 0,
  });
  const code = {
    type: "eip7702",
    ...FEES,
    to: dan.address,
    data: set(9),
    authorizationList: [authorization],
  };
  await send("setCode", cleo, code);
  return { keeper, passer, transactions };
}

function set(value: number): string {
  return SELECTORS.set + value.toString(16).padStart(64, "0");
}

async function receiptOf(url: string, hash: string): Promise<JsonObject> {
  const deadline = Date.now() + MINED_WITHIN_MS;
  while (Date.now() < deadline) {
    const receipt = await rpc(url, "eth_getTransactionReceipt", [hash]).catch(() => null);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a receipt is an object
    if (receipt !== null) return receipt as JsonObject;
    await pause(20);
  }
  throw new Error(`${hash} was not mined`);
}

function addressIn(receipt: JsonObject): Hex {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a creation
  return receipt["contractAddress"] as Hex;
}

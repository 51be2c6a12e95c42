/**
 * The demo's contract, assembled here so that no compiler is needed. It keeps a number, emits a log when it changes, and
 * refuses with a reason:
 *   get() → the number · set(uint256) → stores it and emits Stored(uint256) · fail() → revert Error("demo: not allowed")
 */
export const SELECTORS = { get: "0x6d4ce63c", set: "0x60fe47b1", fail: "0xa9cc4718" } as const;

/** Any 32 bytes serve as the topic: nothing decodes it. */
export const STORED_TOPIC = "0x53746f7265640000000000000000000000000000000000000000000000000001";

const OP = {
  EQ: "14",
  SHR: "1c",
  CALLDATALOAD: "35",
  CODECOPY: "39",
  MSTORE: "52",
  SLOAD: "54",
  SSTORE: "55",
  JUMPI: "57",
  JUMPDEST: "5b",
  DUP1: "80",
  LOG1: "a1",
  RETURN: "f3",
  REVERT: "fd",
  STOP: "00",
} as const;

function push(hex: string): string {
  return (0x5f + hex.length / 2).toString(16) + hex;
}

function word(text: string): string {
  return Buffer.from(text).toString("hex").padEnd(64, "0");
}

const get =
  OP.JUMPDEST +
  push("00") +
  OP.SLOAD +
  push("00") +
  OP.MSTORE +
  push("20") +
  push("00") +
  OP.RETURN;
const set =
  OP.JUMPDEST +
  push("04") +
  OP.CALLDATALOAD +
  OP.DUP1 +
  push("00") +
  OP.SSTORE +
  push("00") +
  OP.MSTORE +
  push(STORED_TOPIC.slice(2)) +
  push("20") +
  push("00") +
  OP.LOG1 +
  OP.STOP;
const fail =
  OP.JUMPDEST +
  push("08c379a0".padEnd(64, "0")) +
  push("00") +
  OP.MSTORE +
  push("20") +
  push("04") +
  OP.MSTORE +
  push("11") +
  push("24") +
  OP.MSTORE +
  push(word("demo: not allowed")) +
  push("44") +
  OP.MSTORE +
  push("64") +
  push("00") +
  OP.REVERT;

function dispatcher(targets: readonly [string, string, string]): string {
  const [getAt, setAt, failAt] = targets;
  const branch = (selector: string, at: string): string =>
    OP.DUP1 + push(selector.slice(2)) + OP.EQ + push(at) + OP.JUMPI;
  return (
    push("00") +
    OP.CALLDATALOAD +
    push("e0") +
    OP.SHR +
    branch(SELECTORS.get, getAt) +
    branch(SELECTORS.set, setAt) +
    branch(SELECTORS.fail, failAt) +
    push("00") +
    push("00") +
    OP.REVERT
  );
}

function byte(value: number): string {
  return value.toString(16).padStart(2, "0");
}

const start = dispatcher(["00", "00", "00"]).length / 2;
const setAt = start + get.length / 2;
const failAt = setAt + set.length / 2;
const runtime = dispatcher([byte(start), byte(setAt), byte(failAt)]) + get + set + fail;
const length = (runtime.length / 2).toString(16).padStart(4, "0");
/** 12 bytes: copy what follows into memory and return it. */
const creation =
  push(length) + OP.DUP1 + push("0c") + push("00") + OP.CODECOPY + push("00") + OP.RETURN;

export const CREATION_CODE = `0x${creation}${runtime}`;

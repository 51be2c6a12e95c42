import { describe, expect, test } from "vitest";
import { base58, isBase58Of, isCheckedAddress } from "../../src/redact/checksums.ts";
import { mayStay } from "../../src/redact/parameters.ts";
import {
  isHash,
  isName,
  isNumber,
  isPublicAddress,
  isPublicValue,
  isQuantity,
} from "../../src/redact/values.ts";

const STACKS = "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7";
const BITCOIN = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
const SEGWIT = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
const TAPROOT = "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0";

describe("a number of so many digits", () => {
  test.each([
    ["0", 10, true],
    ["1234567890", 10, true],
    ["-123456789", 10, true],
    ["-1234567890", 10, true],
    ["12345678901", 10, true],
    ["123456789012", 10, false],
    ["0.1234567890", 20, true],
    ["0.12345678901", 20, false],
    ["1.", 10, false],
    [".5", 10, false],
    ["1e5", 10, false],
    ["", 10, false],
  ])("%s within %d: %s", (text, digits, isOne) => {
    expect(isNumber(text, digits)).toBe(isOne);
  });
});

test.each([
  [`0x${"f".repeat(16)}`, true],
  [`0x${"f".repeat(17)}`, false],
  ["0x", false],
  ["ff", false],
])("a quantity has one to sixteen digits: %s: %s", (text, isOne) => {
  expect(isQuantity(text)).toBe(isOne);
});

test.each([
  ["ab".repeat(32), true],
  [`0x${"AB".repeat(32)}`, true],
  ["ab".repeat(31), false],
  [`${"ab".repeat(32)}a`, false],
])("a hash has 32 bytes: %s: %s", (text, isOne) => {
  expect(isHash(text)).toBe(isOne);
});

describe("anybody may know", () => {
  test.each([
    "",
    "latest",
    "2024-01-31",
    "2024-01-31T23:59:59.123Z",
    "99999999999999999999",
    `0x${"ab".repeat(32)}`,
    BITCOIN,
    SEGWIT,
    TAPROOT,
    STACKS,
    `${STACKS}.pox-4`,
    `${STACKS}.token::coin`,
  ])("%s", (text) => {
    expect(isPublicValue(text)).toBe(true);
  });

  test.each([
    `0x${"ab".repeat(33)}`,
    "2024-1-31",
    "k3yN1tr0aB9cD8eF7gH6",
    `${STACKS}.k3yN1tr0aB9cD8eF7gH6`,
    "0123456789abcdef0123456789abcdef",
  ])("%s no", (text) => {
    expect(isPublicValue(text)).toBe(false);
  });
});

test.each([
  ["transfer", true],
  ["swap-x-for-y!", true],
  ["_x", true],
  ["1st", false],
  ["a b", false],
  [`a${"-b".repeat(64)}`, false],
  ["k3yN1tr0aB9cD8eF7gH6", false],
])("a name of a contract: %s: %s", (text, isOne) => {
  expect(isName(text)).toBe(isOne);
});

describe("an address proves itself by its checksum", () => {
  const addresses = [
    BITCOIN,
    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
    SEGWIT,
    SEGWIT.toUpperCase(),
    TAPROOT,
    STACKS,
    "cosmos1depk54cuajgkzea6zpgkq36tnjwdzv4afc3d27",
  ];
  test.each(addresses)("%s", (address) => {
    expect(isCheckedAddress(address)).toBe(true);
    expect(isPublicAddress(address)).toBe(true);
  });

  test.each(addresses)("%s with one character changed is none", (address) => {
    for (let at = 2; at < address.length; at += 1) {
      const other = address[at] === "2" ? "3" : "2";
      expect(isCheckedAddress(address.slice(0, at) + other + address.slice(at + 1))).toBe(false);
    }
  });

  test.each([
    // In mixed letter case bech32 is none.
    SEGWIT.slice(0, 20) + SEGWIT.slice(20).toUpperCase(),
    // Private keys of wallets have a checksum as well: uncompressed, compressed.
    "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
    "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn",
    // …and of the test network.
    "cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA",
    "short1",
    "",
  ])("%s is none", (text) => {
    expect(isCheckedAddress(text)).toBe(false);
  });
});

describe("Base58", () => {
  test.each([
    ["", ""],
    ["1", "00"],
    ["111", "000000"],
    ["2", "01"],
    ["21", "3a"],
    ["5Q", "ff"],
    ["LUv", "ffff"],
    ["1LUv", "00ffff"],
    ["ZiCa", "616263"],
    // "Hello World!", more than nine digits.
    ["2NEpo7TZRRrLZSi2U", "48656c6c6f20576f726c6421"],
    ["StV1DL6CwTryKyV", "68656c6c6f20776f726c64"],
  ])("%s is %s", (text, hex) => {
    expect(base58(text)?.toString("hex")).toBe(hex);
  });

  test.each(["0", "O", "I", "l", "abc0"])("%s is none", (text) => {
    expect(base58(text)).toBeUndefined();
  });

  test("of so many bytes, no more and no fewer", () => {
    const system = "1".repeat(32);
    const token = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";
    expect([system, token].map((text) => isBase58Of(text, 32))).toEqual([true, true]);
    expect([`${system}1`, token.slice(1), `${token}1`].map((text) => isBase58Of(text, 32))).toEqual(
      [false, false, false],
    );
    expect(isBase58Of("1".repeat(46), 46)).toBe(true);
  });
});

describe("a parameter may hold", () => {
  const hash = "ab".repeat(32);
  test.each([
    // grammar, member, text, stays
    ["strict", null, "latest", true],
    ["keys", null, "finalized", true],
    ["ethereum", "key", `0x${hash}`, true],
    ["ethereum", "token", "notatag99", false],
    ["ethereum", "token", "12345", true],
    ["ethereum", "key", "k3yN1tr0aB9cD8eF7gH6", false],
    ["ethereum", null, `0x${hash}${hash}`, true],
    ["ethereum", null, "9".repeat(78), true],
    ["ethereum", null, "9".repeat(80), false],
    ["ethereum", null, "5s", true],
    ["ethereum", null, "1h30m", true],
    ["ethereum", null, "callTracer", true],
    [
      "ethereum",
      "tracer",
      "{step: function(l) { this.n++ }, result: function() { return 1 }}",
      true,
    ],
    [
      "ethereum",
      "other",
      "{step: function(l) { this.n++ }, result: function() { return 1 }}",
      false,
    ],
    ["ethereum", "tracer", `{x: "${"k3yN1tr0aB9cD8eF7gH6".repeat(2)}"}`, false],
    ["ethereum", "tracer", "k3yN1tr0aB9cD8eF7gH6 + 1", false],
    ["ethereum", "tracer", "a ".repeat(10_001), false],
    ["ethereum", null, "k3yN1tr0aB9cD8eF7gH6", false],
    ["bitcoin", null, hash, true],
    ["bitcoin", null, "ab".repeat(8), true],
    // Between them a key has its place.
    ["bitcoin", null, "ab".repeat(16), false],
    ["bitcoin", null, "ab".repeat(20), false],
    ["bitcoin", null, `${"ab".repeat(20)}a`, true],
    ["bitcoin", null, BITCOIN, true],
    ["bitcoin", null, `addr(${BITCOIN})`, true],
    ["bitcoin", null, `addr(${BITCOIN})#abcdefgh`, true],
    ["bitcoin", null, "addr(nobody)", false],
    ["bitcoin", null, `pkh(${hash})`, false],
    ["solana", null, "1".repeat(32), true],
    ["solana", null, "1".repeat(64), true],
    ["solana", "bytes", "3Mc6vR", true],
    ["solana", "other", "3Mc6vRxyzq", false],
    ["solana", null, "Ab1+".repeat(30), true],
    ["solana", null, "Ab1+".repeat(29), false],
    ["solana", null, `${"Ab1+".repeat(30)}A`, false],
    ["stacks", null, "0x01", true],
    ["stacks", "transaction_payload", "00aa", true],
    ["stacks", "other", "00aa00aa00aa00aa00aa", false],
    ["stacks", null, "9".repeat(40), true],
    ["stacks", null, STACKS, true],
    ["strict", null, `0x${"a".repeat(136)}`, true],
    ["strict", null, `0x${"a".repeat(137)}`, false],
    ["strict", null, "9".repeat(20), true],
    ["strict", null, "block", true],
    ["strict", null, SEGWIT, true],
    ["strict", null, "k3yN1tr0aB9cD8eF7gH6", false],
    ["sends", null, `0x${hash}`, true],
    ["sends", null, `0x${"ab".repeat(20)}`, true],
    ["sends", null, "0x10", true],
    ["sends", null, "10", true],
    ["sends", null, "block", false],
    ["keys", null, `0x${"ab".repeat(20)}`, true],
    ["keys", null, "0x10", true],
    ["keys", null, "10", true],
    ["keys", null, `0x${hash}`, false],
    ["keys", null, "block", false],
  ] as const)("%s, %s: %s: %s", (grammar, key, text, stays) => {
    expect(mayStay(grammar, key, text)).toBe(stays);
  });
});

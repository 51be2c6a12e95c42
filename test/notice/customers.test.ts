import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ShadowdiffError } from "../../src/errors.ts";
import { tokeniser } from "../../src/redact/tokens.ts";
import { temporaryFolder } from "../support/folder.ts";
import { readCustomers } from "../../src/config/files/customers-file.ts";

const KEY = "canary-api-key-5f1c9a77";
const recording = tokeniser(Buffer.from("a recording's own key"));
const tokenOf = (secret: string) => recording.token("cus", secret);

function file(name: string, content: string): string {
  const place = path.join(temporaryFolder(), name);
  writeFileSync(place, content);
  return place;
}

function csv(...lines: string[]): string {
  return file(
    "customers.csv",
    ["account,key,app,name,email,slack,webhook,language,owner", ...lines, ""].join("\n"),
  );
}

function refusal(read: () => unknown): ShadowdiffError {
  try {
    read();
  } catch (error) {
    if (error instanceof ShadowdiffError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("the customers file", () => {
  test("keys become the recording's tokens, several of them one account, and are not kept", () => {
    const accounts = readCustomers(
      csv(
        `acme,${KEY},wallet,Acme Ltd,ops@acme.example,#ext-acme,https://acme.example/in,de,Ann`,
        "acme,cus_00000000000000aa,,,,,,,",
      ),
      tokenOf,
    );
    expect(accounts).toEqual([
      {
        account: "acme",
        name: "Acme Ltd",
        email: "ops@acme.example",
        slack: "ext-acme",
        webhook: "https://acme.example/in",
        language: "de",
        owner: "Ann",
        pseudonyms: [
          { token: tokenOf(KEY), app: "wallet" },
          { token: "cus_00000000000000aa", app: null },
        ],
      },
    ]);
    expect(JSON.stringify(accounts)).not.toContain(KEY);
  });

  test("YAML says the same", () => {
    const yaml = [
      "- account: acme",
      "  name: Acme Ltd",
      "  email: ops@acme.example",
      "  keys:",
      `    - { key: ${KEY}, app: wallet }`,
      "    - cus_00000000000000aa",
      "- account: silent",
    ].join("\n");
    const accounts = readCustomers(file("customers.yaml", yaml), tokenOf);
    expect(
      accounts.map(({ account, pseudonyms }) => [account, pseudonyms.map(({ token }) => token)]),
    ).toEqual([
      ["acme", [tokenOf(KEY), "cus_00000000000000aa"]],
      ["silent", []],
    ]);
  });

  test.each([
    [
      "a key that stands at two accounts",
      [`acme,${KEY},,,,,,,`, `beta,${KEY},,,,,,,`],
      'stands at account "acme" too',
    ],
    [
      "two addresses of one account",
      [`acme,${KEY},,,a@x.example,,,,`, "acme,k2,,,b@x.example,,,,"],
      "two different values in column email",
    ],
    [
      "a mail address that smuggles a header",
      [`acme,${KEY},,,"a@x.example\nBcc: b@y.example",,,,`],
      "email",
    ],
    ["an account that is no folder name", [`../acme,${KEY},,,,,,,`], "account"],
    ["a broken line", [`acme,${KEY},"x`], "is not CSV"],
    ["more columns than the head", [`acme,${KEY},,,,,,,,,`], "is not CSV"],
  ])("%s is refused without repeating the key", (_, lines, words) => {
    const error = refusal(() => readCustomers(csv(...lines), tokenOf));
    const said = [error.message, ...error.details].join("\n");
    expect(said).toContain(words);
    expect(said).not.toContain(KEY);
    expect(error.cause).toBeUndefined();
  });

  test("keys without the recording's key are refused, tokens are not", () => {
    expect(() => readCustomers(csv(`acme,${KEY},,,,,,,`), null)).toThrow(
      "recording's key is not at hand",
    );
    expect(readCustomers(csv("acme,cus_00000000000000aa,,,,,,,"), null)).toHaveLength(1);
  });
});

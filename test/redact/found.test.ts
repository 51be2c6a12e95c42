import { wordlist } from "@scure/bip39/wordlists/english.js";
import { describe, expect, test } from "vitest";
import { contextOf } from "../../src/redact/context.ts";
import { findCustomer, headerSecrets, productAndVersion } from "../../src/redact/credentials.ts";
import { isDoubtfulName, isSecretName } from "../../src/redact/member-names.ts";
import { hasPhrase, withoutPhrases } from "../../src/redact/mnemonic.ts";
import { NO_RULES, parseCustomerSource, splitOnce } from "../../src/redact/rules.ts";
import { secretsOf } from "../../src/redact/secrets.ts";
import { textCleaner, type PublicForms } from "../../src/redact/text.ts";
import { isKnownWords } from "../../src/redact/words.ts";
import { TOKENS } from "../record/support/redaction.ts";

const KEY = "k3yN1tr0aB9cD8eF7gH6";
const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("known words", () => {
  test.each([
    ["latest", true],
    ["getTransactionById", true],
    ["call-read", true],
    ["getblockcount", true],
    // Words within one have three letters at least.
    ["polygonzkevm", false],
    ["ETH_mainnet.v2", true],
    ["blockHeightV1234", true],
    ["v1.2.3", true],
    ["v1.2.3.4", false],
    ["v12345", false],
    ["a-b-block", true],
    ["a-b-c-block", false],
    ["qqzx", false],
    ["latestqq", false],
    ["", false],
    ["123", false],
    ["block block", false],
    ["block/height", false],
    ["blockö", false],
    ["block~height", true],
    [`${"block-".repeat(13)}tx`, true],
    [`${"block-".repeat(13)}txs`, false],
    // One word of known ones, up to 32 letters.
    ["blockblockblockblockblockblocktx", false],
    ["blockblockblockblockblockheight", true],
    ["blockblockblockblockblockblocktip", false],
  ])("%s: %s", (text, isIt) => {
    expect(isKnownWords(text)).toBe(isIt);
  });
});

const found = (name: string, value: string, keep: readonly string[] = []): string[] =>
  [...headerSecrets([[name, value]], keep)].filter((text) => text !== "").sort();

describe("of a request's headers is secret", () => {
  test.each<[string, string, readonly string[]]>([
    ["X-Api-Key", "abcd", ["abcd"]],
    ["X-Api-Key", " abcd ", ["abcd"]],
    ["Authorization", "Bearer abcd efgh", ["Bearer abcd efgh", "abcd efgh"]],
    [
      "Authorization",
      `Basic ${base64("user:pass")}`,
      ["Basic dXNlcjpwYXNz", "dXNlcjpwYXNz", "pass", "user", "user:pass"].sort(),
    ],
    ["Proxy-Authorization", "abcd", ["abcd"]],
    ["X-Custom", "one two,three", ["one", "one two,three", "three", "two,three"].sort()],
    ["Cookie", 'a=1234; b="5678"; c', ["1234", "5678", 'a=1234; b="5678"; c', "c"].sort()],
    ["Accept", "text/html", []],
    ["Accept", `text/html;k=${KEY}`, [KEY]],
    ["X-Request-Id", KEY, [KEY]],
    ["Host", "node.example", []],
    ["User-Agent", "viem/2.57.0", []],
    ["User-Agent", "viem/2.57.0 (linux) bob", ["(linux) bob"]],
    [
      "Sec-WebSocket-Protocol",
      `base64url.bearer.authorization.${base64("secret text")}`,
      ["base64url.bearer.authorization.c2VjcmV0IHRleHQ=", "secret text"],
    ],
    ["X-Other", base64("hidden words"), [base64("hidden words"), "hidden words"]],
    ["X-Other", base64("abc"), [base64("abc")]],
    ["X-Other", "a%20b", ["a b", "a%20b"].slice(1)],
  ])("%s: %s", (name, value, secrets) => {
    expect(found(name, value)).toEqual(expect.arrayContaining([...secrets]));
    expect(found(name, value, [name.toLowerCase()])).toEqual([]);
  });

  test("nothing of an ordinary one that has no key in it", () => {
    for (const name of [
      "Accept",
      "Content-Type",
      "Host",
      "Via",
      "X-Forwarded-For",
      "Origin",
      "Range",
      "Date",
    ])
      expect(found(name, "some value 10.0.0.1")).toEqual([]);
  });
});

test.each([
  ["viem/2.57.0 (linux; build 77) key=abc", "viem/2.57.0"],
  ["Geth/v1.13.15-stable-c5ba367e/linux", "Geth/v1.13.15"],
  ["curl/8.5", "curl/8.5"],
  ["node", "node"],
  ["ethers/6.0.0-beta.1", "ethers/6.0.0-beta.1"],
  ["ethers/6.0.0-rc2 x", "ethers/6.0.0-rc2"],
  ["x/1.2.3.4.5.6", "x"],
  ["x/1-abcdef", "x"],
  [`${KEY}/1.0`, ""],
  ["(odd)", ""],
  ["", ""],
])("of the user agent %s stays %s", (agent, kept) => {
  expect(productAndVersion(agent)).toBe(kept);
});

const jwt = (claims: object): string =>
  `x.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.y`;

const bearer = (claims: object): (readonly [string, string])[] => [
  ["authorization", `Bearer ${jwt(claims)}`],
];

const customerOf = (
  sources: readonly string[],
  path: string,
  headers: readonly (readonly [string, string])[] = [],
): string | null =>
  findCustomer(
    { verb: "GET", path, headers },
    sources.map((source) => parseCustomerSource(source)).filter((source) => source !== undefined),
  );

describe("the customer", () => {
  test.each<[string, string | null]>([
    ["a header", customerOf(["header:X-Key"], "/", [["x-KEY", "v"]])],
    ["a segment", customerOf(["path:2"], "/a/v/c")],
    ["a segment, decoded", customerOf(["path:1"], "/%76")],
    ["a query", customerOf(["query:k"], "/a?x=1&k=v&k=w")],
    ["a query, decoded", customerOf(["query:k k"], "/?k%20k=%76")],
    ["Basic", customerOf(["basic"], "/", [["Authorization", `basic ${base64("v:secret")}`]])],
    ["a claim", customerOf(["jwt:sub"], "/", [["Authorization", `Bearer ${jwt({ sub: "v" })}`]])],
    [
      "the first that gives something",
      customerOf(["header:a", "query:b", "path:1"], "/v?b=", [["A", ""]]),
    ],
  ])("is told by %s", (_, customer) => {
    expect(customer).toBe("v");
  });

  test("is nobody where no source gives anything, and a number is a name too", () => {
    expect(customerOf(["jwt:sub"], "/", bearer({ sub: 7 }))).toBe("7");
    expect(customerOf(["jwt:sub"], "/", bearer({ sub: {} }))).toBeNull();
    expect(customerOf(["jwt:sub"], "/", bearer({}))).toBeNull();
    expect(customerOf(["jwt:sub"], "/", [["authorization", "Bearer x.y"]])).toBeNull();
    expect(customerOf(["basic"], "/", [["authorization", `Bearer ${base64("v:s")}`]])).toBeNull();
    expect(
      customerOf(["basic", "jwt:sub", "header:x", "path:3", "query:q"], "/a/b?x=1"),
    ).toBeNull();
    expect(customerOf(["query:q"], "/?q=a+b")).toBe("a b");
    expect(customerOf(["path:1"], "/%zz")).toBe("%zz");
  });
});

test.each([
  ["a:b:c", ["a", "b:c"]],
  ["a", ["a", undefined]],
  [":a", ["", "a"]],
  ["a:", ["a", ""]],
])("%s is split once", (text, parts) => {
  expect(splitOnce(text, ":")).toEqual(parts);
});

describe("by its name a member", () => {
  const context = contextOf(NO_RULES, TOKENS);
  const hash = "ab".repeat(32);
  test.each([
    ["apiKey", "secret"],
    ["X-Api-Key", "secret"],
    ["privateKeyHex", "secret"],
    ["token", "doubtful"],
    ["signature", "doubtful"],
    ["blockNumber", "plain"],
    ["", "plain"],
    ["12345678901234567890", "plain"],
    ["123456789012345678901", "odd"],
    [`0x${"ab".repeat(20)}`, "plain"],
    [`0x${hash}`, "hex"],
    [`0x${hash}a`, "odd"],
    ["0x", "hex"],
    [hash, "hash"],
    ["someField", "plain"],
    ["$ref.of/it", "plain"],
    [KEY, "odd"],
    ["block height", "plain"],
    ["bob@example.org", "odd"],
    ["red_0123456789abcdef", "plain"],
    ["SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7.pox", "plain"],
  ])("%s is %s", (name, kind) => {
    expect(context.nameKind(name)).toBe(kind);
    // It is remembered as it is.
    expect(context.nameKind(name)).toBe(kind);
  });

  test("of 61 characters holds no secret by its name", () => {
    const name = `x-${"a".repeat(10)}`;
    expect([isSecretName(name), isDoubtfulName(name)]).toEqual([false, false]);
    expect(isSecretName("ocp-apim-subscription-key")).toBe(true);
    expect(isDoubtfulName("x-user-name")).toBe(true);
  });
});

const secretsIn = (...found: readonly string[]) => secretsOf(found, "the customer", TOKENS);

const red = (text: string): string => TOKENS.token("red", text);

const many = (count: number): string[] => Array.from({ length: count }, (_, at) => `qqzz${at}xq`);

describe("secrets of a head", () => {
  test("are known whole from four characters on, words and public values excepted", () => {
    const secrets = secretsIn(
      "abc",
      "abcq",
      "latest",
      "12345678901",
      "123456789012",
      `0x${"ab".repeat(20)}`,
      "none",
      "the customer",
    );
    expect(secrets.whole("abc")).toBeUndefined();
    expect(secrets.whole("abcq")).toBe(red("abcq"));
    expect(secrets.whole("latest")).toBeUndefined();
    expect(secrets.whole("none")).toBeUndefined();
    expect(secrets.whole("12345678901")).toBeUndefined();
    expect(secrets.whole("123456789012")).toBe(red("123456789012"));
    expect(secrets.whole(`0x${"ab".repeat(20)}`)).toBeUndefined();
    expect(secrets.whole("the customer")).toBe(TOKENS.token("cus", "the customer"));
    expect(secrets.whole("abcz")).toBeUndefined();
  });

  test("are looked for in texts where they are keys, or phrases of twelve letters", () => {
    const phrase = "bob smithson jr";
    const secrets = secretsIn(
      KEY,
      "zzq zzx zzv",
      phrase,
      "10.20.30.40.50",
      "qqzzxxqqzzxxqqzz",
      "qqzzxxqqzzxxqqz",
    );
    expect(secrets.within(`a ${KEY} b`)).toBe(`a ${red(KEY)} b`);
    expect(secrets.within(`a ${KEY.toUpperCase()} b`)).toBe(`a ${red(KEY)} b`);
    expect(secrets.within(`a ${Buffer.from(KEY).toString("hex")} b`)).toBe(`a ${red(KEY)} b`);
    expect(secrets.within(`x ${phrase} y`)).toBe(`x ${red(phrase)} y`);
    expect(secrets.within(`x ${encodeURIComponent(phrase)} y`)).toBe(`x ${red(phrase)} y`);
    // Too short a phrase, numbers, and a phrase in capitals are ordinary text elsewhere.
    expect(secrets.within("x bob smithso")).toBe("x bob smithso");
    expect(secrets.within("x 10.20.30.40.50")).toBe("x 10.20.30.40.50");
    expect(secrets.within(phrase.toUpperCase())).toBe(phrase.toUpperCase());
    expect(secrets.within("x QQZZXXQQZZXXQQZZ")).toBe(`x ${red("qqzzxxqqzzxxqqzz")}`);
    expect(secrets.within("nothing of it")).toBe("nothing of it");
  });

  test("are found in Base64 of a longer text, wherever in it", () => {
    const secrets = secretsIn(KEY);
    for (const before of ["", "a", "ab", "abc", "abcd"])
      for (const alphabet of ["base64", "base64url"] as const) {
        const within = Buffer.from(`${before}${KEY}-and-more`).toString(alphabet);
        expect(secrets.within(within)).toContain(red(KEY));
      }
  });

  test("the longest first, so that one within another does not cut it", () => {
    const longer = `${KEY}zQ9x`;
    expect(secretsIn(KEY, longer).within(`<${longer}> <${KEY}>`)).toBe(
      `<${red(longer)}> <${red(KEY)}>`,
    );
  });

  test("in a request only keys are looked for, in an answer phrases too", () => {
    const secrets = secretsIn(KEY, "bob smithson jr");
    expect(secrets.withinBytes("bob smithson jr", "request")).toBe("bob smithson jr");
    expect(secrets.withinBytes("bob smithson jr", "answer")).toBe(red("bob smithson jr"));
    expect(secrets.withinBytes(KEY, "request")).toBe(red(KEY));
    const accented = secretsIn("zzqé zzxé zzvé");
    const bytes = Buffer.from("zzqé zzxé zzvé").toString("latin1");
    expect(accented.withinBytes(bytes, "answer")).toBe(red("zzqé zzxé zzvé"));
  });

  test("of more than 200 are too many", () => {
    expect(secretsIn(...many(200)).whole("qqzz7xq")).toBeDefined();
    expect(() => secretsIn(...many(201))).toThrow("too many secrets");
    // One by one up to forty, in one pass above.
    const keys = Array.from({ length: 41 }, (_, at) => `${KEY}x${at}y`);
    for (const count of [40, 41])
      expect(secretsIn(...keys.slice(0, count)).within(`a ${keys[3]} b`)).toBe(
        `a ${red(keys[3] ?? "")} b`,
      );
  });
});

const words = (count: number): string[] => wordlist.slice(100, 100 + count);

describe("a phrase of a wallet", () => {
  test.each<[string, string, boolean]>([
    ["of twelve words", words(12).join(" "), true],
    ["of eleven", words(11).join(" "), false],
    ["in capitals", words(12).join(" ").toUpperCase(), true],
    ["in a list of JSON", JSON.stringify(words(12)), true],
    ["in a text of JSON within JSON", JSON.stringify(words(12).join("\n")), true],
    [
      "numbered",
      words(12)
        .map((word, at) => `${at + 1}. ${word}`)
        .join("\n"),
      true,
    ],
    ["with twelve characters between", words(12).join(" ".repeat(12)), true],
    ["with thirteen", words(12).join(" ".repeat(13)), false],
    [
      "with a digit at a word",
      words(12)
        .map((word) => `${word}1`)
        .join(" "),
      false,
    ],
    ["with another word within", [...words(6), "zzzz", ...words(6)].join(" "), false],
    ["with a long word within", [...words(6), "a".repeat(17), ...words(6)].join(" "), false],
  ])("%s: %s: %s", (_, text, isOne) => {
    expect(hasPhrase(text)).toBe(isOne);
    expect(withoutPhrases(text, () => "<gone>") === text).toBe(!isOne);
  });

  test("goes, and what is around it stays", () => {
    const phrase = words(12).join(" ");
    expect(withoutPhrases(`zzz ${phrase}. zzz`, (gone) => `<${gone.split(" ").length}>`)).toBe(
      "zzz <12>. zzz",
    );
    expect(
      withoutPhrases(`${phrase} | zzzz | ${phrase} zz`, (gone) => `<${gone.split(" ").length}>`),
    ).toBe("<12> | zzzz | <12> zz");
    const longer = words(15).join(" ");
    expect(withoutPhrases(longer, (gone) => `<${gone.split(" ").length}>`)).toBe("<15>");
  });
});

const cleaner = (forms: PublicForms, secret = "no such", signs = false) =>
  textCleaner(
    forms,
    secretsOf([], null, TOKENS),
    (text) => (text === secret ? "<token>" : undefined),
    (text) => `<${text.length}>`,
    signs,
  );

describe("a text", () => {
  const hash = "3f9ac07d51e84b26a1d0937cfe582b64".repeat(2);

  test.each<[string, PublicForms, string, string]>([
    ["short ones stay", {}, "k3yN1tr0a", "k3yN1tr0a"],
    ["a key goes", {}, KEY, "<20>"],
    ["a hash without mark goes", {}, hash, "<64>"],
    ["where hashes are public it stays", { hashes: true }, hash, hash],
    ["as any bytes where hex is public", { hex: true }, hash, hash],
    ["but for 16 bytes, which keys have", { hex: true }, "ab12".repeat(8), "<32>"],
    ["or half a byte", { hex: true }, "ab12".repeat(7) + "a", "<29>"],
    ["hex with a mark stays", {}, `0x${hash}`, `0x${hash}`],
    [
      "Base58 of 32 bytes where that is public",
      { base58: true },
      "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
      "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
    ],
    ["and goes where not", {}, "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", "<43>"],
    ["Base64 of data where that is public", { base64: true }, `${KEY}${KEY}`, `${KEY}${KEY}`],
    ["but not of 39 digits", { base64: true }, `${KEY}${KEY}`.slice(0, 39), "<39>"],
    ["a token stays", {}, "red_0123456789abcdef", "red_0123456789abcdef"],
    ["a web token goes", {}, "eyJhbGciOiJI.eyJzdWIi.abc", "<25>"],
    ["a URL loses its key", {}, `see https://host/v2/${KEY}.`, "see https://host/v2/<20>."],
    [
      "prose stays",
      {},
      "execution reverted: not the owner of it",
      "execution reverted: not the owner of it",
    ],
    [
      "words of a path are looked at one by one",
      {},
      `block/${KEY.toLowerCase()}/height`,
      "block/<20>/height",
    ],
  ])("%s: %s", (_, forms, text, kept) => {
    expect(cleaner(forms).value(text)).toBe(kept);
  });

  test("that the request gave away goes, whatever it looks like", () => {
    expect(cleaner({}, "abcd").value("abcd")).toBe("<token>");
    expect(cleaner({}, "abc").value("abc")).toBe("abc");
    expect(cleaner({}, "0xab").value("0xab")).toBe("<token>");
    expect(cleaner({}, "ordinarywords").prose("some ordinarywords there")).toBe(
      "some <token> there",
    );
  });

  test("of long hex is a transaction where the method signs", () => {
    const raw = `0x${"ab".repeat(66)}`;
    expect(raw).toHaveLength(134);
    expect(cleaner({}).value(raw)).toBe(raw);
    expect(cleaner({}, "no such", true).value(raw)).toMatch(/^0x[0-9a-f]{64}$/);
    expect(cleaner({}, "no such", true).value(raw.slice(0, -2))).toBe(raw.slice(0, -2));
  });
});

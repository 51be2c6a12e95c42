import { writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { importerFor } from "../../src/import/importers.ts";
import type { Imported } from "../../src/import/imported.ts";
import { temporaryFolder } from "../support/folder.ts";

const CALL = '{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"data":"0x"},"latest"]}';

async function read(name: string, content: string | Buffer): Promise<unknown[]> {
  const file = path.join(temporaryFolder(), name);
  writeFileSync(file, content);
  const importer = await importerFor(file);
  const found: unknown[] = [];
  for await (const entry of "read" in importer ? importer.read(file, name) : [])
    found.push(shown(entry));
  return ["name" in importer ? importer.name : importer.what, ...found];
}

function shown(entry: Imported): unknown {
  if ("bad" in entry) return `${entry.bad.place}: ${entry.bad.reason}`;
  const { requestHead, requestBody, origin } = entry.exchange;
  return [
    requestHead.verb,
    origin,
    requestHead.path,
    Object.fromEntries(requestHead.headers),
    requestBody?.toString() ?? null,
  ];
}

/** The bodies alone, and the importer's name. */
async function bodies(text: string | Buffer): Promise<unknown[]> {
  const [kind, ...rest] = await read("a.json", text);
  return [kind, ...rest.map((entry) => (Array.isArray(entry) ? entry.at(-1) : entry))];
}

const JSON_HEADERS = { "content-type": "application/json", accept: "*/*" };

describe("what is no traffic", () => {
  it.each([
    ["an empty file", "\n \n", "empty"],
    ["a recording", "SQLite format 3\0...", "a recording already"],
    [
      "a Postman collection",
      '{"info":{"name":"a","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":[]}',
      "a Postman collection",
    ],
    ["an Insomnia export", '{"_type":"export","__export_format":4}', "an Insomnia export"],
    ["an Insomnia file", "type: collection.insomnia.rest/5.0\n", "an Insomnia export"],
    ["PowerShell", '$a = 1\r\nInvoke-WebRequest -Uri "https://h"', "PowerShell"],
    ["fetch", 'fetch("https://h", {});', "JavaScript that fetches"],
    ["a page", "<!DOCTYPE html>", "a web page"],
    [
      "a log",
      '127.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "POST / HTTP/1.1" 200 4',
      "an access log",
    ],
    ["packets", Buffer.from("d4c3b2a102000400", "hex"), "a capture of packets"],
    ["an archive", Buffer.from("504b0304", "hex"), "an archive"],
    ["a list of words", "eth_call\n", null],
  ])("%s is told by how it begins", async (_what, content, kind) => {
    expect(await read("a.txt", content)).toEqual([kind]);
  });

  it.each([
    [
      "calls that speak of a collection",
      `${CALL.replace("0x", "__export_format")}\n${CALL}\n`,
      "jsonl",
    ],
    [
      "a script that sets and prints first",
      `#!/bin/sh\nset -e\nURL=http://h\necho asking\ncurl $URL -d '${CALL}'\n`,
      "curl",
    ],
  ])("%s are not", async (_what, content, importer) => {
    expect((await read("a.txt", content))[0]).toBe(importer);
  });

  it("gzip is known by its bytes, whatever the name says", async () => {
    expect((await read("a.jsonl", gzipSync(`${CALL}\n`))).slice(1)).toHaveLength(1);
    expect((await read("a.jsonl.gz", `${CALL}\n`)).slice(1)).toHaveLength(1);
  });
});

describe("curl commands", () => {
  it("a call without a content type is JSON, other data is the form that curl takes it for", async () => {
    expect(await read("a.sh", `curl http://h -d '${CALL}'`)).toMatchObject([
      "curl",
      ["POST", "http://h", "/", { "content-type": "application/json" }, CALL],
    ]);
    expect(await read("a.sh", "curl http://h -d 'a=1'")).toMatchObject([
      "curl",
      ["POST", "http://h", "/", { "content-type": "application/x-www-form-urlencoded" }, "a=1"],
    ]);
  });

  it.each([
    [
      "of a shell, over several lines",
      `curl 'https://h/v2/KEY' \\\n  -H 'content-type: application/json' \\\n  --data-raw '${CALL}' ;\n`,
    ],
    [
      "with escapes of bash",
      `curl 'https://h/v2/KEY' -H 'content-type: application/json' --data-raw $'${CALL.replaceAll('"', "\\u0022").replace("eth", "\\x65th")}'`,
    ],
    [
      "in double quotes",
      `$ curl -sSX POST https://h/v2/KEY -H"content-type: application/json" -d "${CALL.replaceAll('"', '\\"')}" | jq .result`,
    ],
    [
      "of Windows, as Chrome copies them",
      `curl ^"https://h/v2/KEY^" ^\r\n  -H ^"content-type: application/json^" ^\r\n  --data-raw ^"${CALL.replaceAll('"', '^\\^"').replaceAll("{", "^{").replaceAll("}", "^}")}^"\r\n`,
    ],
    [
      "of Windows, as a person types them",
      `curl.exe -X POST "https://h/v2/KEY" -H "content-type: application/json" ^\r\n --data "${CALL.replaceAll('"', '\\"')}" > out.json\r\n`.replace(
        " > out.json",
        "",
      ),
    ],
    [
      "with a comment before and quotes that are glued",
      `# my calls\n\ncurl --url "https://h"'/v2/KEY' -H content-type:\\ application/json -d '${CALL.replace("eth", "'eth'")}' > /dev/null 2>&1 &`,
    ],
  ])("%s", async (_how, text) => {
    expect(await read("calls.txt", text)).toEqual([
      "curl",
      ["POST", "https://h", "/v2/KEY", JSON_HEADERS, CALL],
    ]);
  });

  it("say verb, user, host and body in many ways", async () => {
    const lines = [
      "curl localhost:8545",
      "curl -I 'http://user:pa:ss@node:8545/x?y=1#z'",
      `curl --json '{"a":1}' --json ',2' node`,
      "curl -G -d a=1 --data-urlencode 'b=c d' http://node/extended/v1/tx",
      `curl "$RPC_URL" -d '${CALL}' -H 'Content-Type:' -u me:x --compressed -m 10 -o out.json`,
      "curl https://a/1 https://b/2 --next -X DELETE https://c/3",
      "sleep 1; echo done",
    ];
    expect(await read("calls.sh.curl", lines.join("\n"))).toMatchInlineSnapshot(`
      [
        "curl",
        [
          "GET",
          "http://localhost:8545",
          "/",
          {
            "accept": "*/*",
          },
          null,
        ],
        [
          "HEAD",
          "http://node:8545",
          "/x?y=1",
          {
            "accept": "*/*",
            "authorization": "Basic dXNlcjpwYTpzcw==",
          },
          null,
        ],
        [
          "POST",
          "http://node",
          "/",
          {
            "accept": "application/json",
            "content-type": "application/json",
          },
          "{"a":1},2",
        ],
        [
          "GET",
          "http://node",
          "/extended/v1/tx?a=1&b=c%20d",
          {
            "accept": "*/*",
          },
          null,
        ],
        [
          "POST",
          null,
          "/",
          {
            "accept": "*/*",
            "accept-encoding": "deflate, gzip, br, zstd",
            "authorization": "Basic bWU6eA==",
          },
          "{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"data":"0x"},"latest"]}",
        ],
        [
          "GET",
          "https://a",
          "/1",
          {
            "accept": "*/*",
          },
          null,
        ],
        [
          "GET",
          "https://b",
          "/2",
          {
            "accept": "*/*",
          },
          null,
        ],
        [
          "DELETE",
          "https://c",
          "/3",
          {
            "accept": "*/*",
          },
          null,
        ],
      ]
    `);
  });

  it("are named where what they send is not in them", async () => {
    const lines = [
      "curl http://h -d @body.json",
      'curl http://h -d "{\\"id\\":$ID}"',
      "curl http://h -F file=@x",
      "curl -H 'a: b'",
      "wget http://h",
      "curl http://h -d 'open",
    ];
    expect(await read("calls.curl", lines.join("\n"))).toMatchInlineSnapshot(`
      [
        "curl",
        "calls.curl:1: its body is in another file",
        "calls.curl:2: it holds a shell variable",
        "calls.curl:3: it sends a form of several parts",
        "calls.curl:4: it names no URL",
        "calls.curl:5: not a curl command",
        "calls.curl:6: a quote is not closed",
      ]
    `);
  });
});

describe("JSON files", () => {
  it("hold a list of calls, batches and exchanges, byte for byte", async () => {
    const odd = '{ "jsonrpc":"2.0","id":1.0,\n "method":"eth_call" }';
    const text = `[${odd},\n[${CALL}], {"request":{"path":"/x","body":${odd}}}, 7]`;
    for (const name of ["calls.json", "calls", "calls.txt"]) {
      expect(await read(name, text)).toEqual([
        "json",
        ["POST", undefined, "/", { "content-type": "application/json" }, odd],
        ["POST", undefined, "/", { "content-type": "application/json" }, `[${CALL}]`],
        ["POST", undefined, "/x", {}, odd],
        `${name}: item 4: expected an object or a batch`,
      ]);
    }
  });

  it("are told from lines and from an archive", async () => {
    expect(await bodies(`${CALL}\n${CALL}\n`)).toEqual(["jsonl", CALL, CALL]);
    expect(await bodies(`[${CALL}]\n[${CALL}]\n`)).toEqual(["jsonl", `[${CALL}]`, `[${CALL}]`]);
    expect(await bodies(`[${CALL}]\n`)).toEqual(["json", CALL]);
    expect(await bodies(JSON.stringify(JSON.parse(CALL), null, 2))).toEqual([
      "json",
      JSON.stringify(JSON.parse(CALL), null, 2),
    ]);
    expect(await bodies(Buffer.from(`\uFEFF[${CALL}]`, "utf16le"))).toEqual(["json", CALL]);
    expect(await bodies(`[${CALL}, {`)).toEqual([
      "json",
      expect.stringContaining("a.json: item 1: not JSON: "),
    ]);
    expect(await bodies('{"log":{"entries":[]}}')).toEqual([
      "har",
      "a.json: no entries at log.entries",
    ]);
  });
});

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { request } from "undici";
import { parseAllDocuments, parseDocument } from "yaml";
import { CONTAINER_CLIENTS, nodeFiles } from "../../src/upgrade/files/nodes.ts";
import { previewFiles } from "../../src/upgrade/files/preview.ts";
import { HAS_HAPROXY, NamedNode } from "../rollout/haproxy.ts";
import { freePort } from "../support/ports.ts";

const HAS_NGINX = spawnSync("nginx", ["-v"]).status === 0;
const old = new NamedNode("old0");
const candidate = new NamedNode("candidate0");
let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-preview-"));
  await Promise.all([old.start(), candidate.start()]);
  return async () => {
    await Promise.all([old.stop(), candidate.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
});

function files(): Readonly<Record<string, string>> {
  const made = previewFiles({
    host: "preview.example.com",
    path: "/candidate",
    header: "x-node-version",
    old: `127.0.0.1:${old.port}`,
    candidate: `127.0.0.1:${candidate.port}`,
  });
  return Object.fromEntries(made.map(({ name, text }) => [name, text]));
}

async function who(
  port: number,
  at: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const response = await request(`http://127.0.0.1:${port}${at}`, {
    method: "POST",
    body: "{}",
    headers: { host: "rpc.example.com", ...headers },
  });
  return ((await response.body.json()) as { result: string }).result;
}

const ROUTES = [
  ["plain", "/", {}, "old0"],
  ["a path that only begins alike", "/candidates", {}, "old0"],
  ["the host", "/", { host: "preview.example.com" }, "candidate0"],
  ["the header", "/", { "x-node-version": "candidate" }, "candidate0"],
  ["another value of the header", "/", { "x-node-version": "old" }, "old0"],
  ["the path", "/candidate", {}, "candidate0"],
  ["below the path", "/candidate/key", {}, "candidate0"],
] as const;

async function started(port: number): Promise<void> {
  for (let tried = 0; tried < 500; tried += 1) {
    if (
      await who(port, "/").then(
        () => true,
        () => false,
      )
    )
      return;
    await pause(20);
  }
  throw new Error("it did not start");
}

describe.skipIf(!HAS_HAPROXY)("a customer's request by HAProxy (Debian's haproxy)", () => {
  let child: ChildProcess;
  let port = 0;

  beforeAll(async () => {
    port = await freePort();
    const file = path.join(folder, "haproxy.cfg");
    writeFileSync(file, files()["haproxy.cfg"]!.replace("127.0.0.1:8080", `127.0.0.1:${port}`));
    child = spawn("haproxy", ["-db", "-f", file], { stdio: "ignore" });
    await started(port);
  });

  afterAll(async () => {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  });

  test.each(ROUTES)("%s", async (_, at, headers, name) => {
    expect(await who(port, at, headers)).toBe(name);
  });
});

describe.skipIf(!HAS_NGINX)("a customer's request by nginx (Debian's nginx)", () => {
  let child: ChildProcess;
  let port = 0;

  beforeAll(async () => {
    port = await freePort();
    const file = path.join(folder, "nginx.conf");
    const http = files()["nginx.conf"]!.replaceAll("127.0.0.1:8080", `127.0.0.1:${port}`);
    const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join(" ");
    writeFileSync(
      file,
      `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;\nevents {}\nhttp { access_log off; ${paths}\n${http}\n}\n`,
    );
    child = spawn("nginx", ["-c", file, "-p", folder, "-e", `${folder}/error.log`], {
      stdio: "ignore",
    });
    await started(port);
  });

  afterAll(async () => {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  });

  test.each(ROUTES)("%s", async (_, at, headers, name) => {
    expect(await who(port, at, headers)).toBe(name);
  });
});

test("Envoy's is YAML without a doubt", () => {
  const { errors, warnings } = parseDocument(files()["envoy.yaml"]!);
  expect([...errors, ...warnings]).toEqual([]);
});

describe.each(CONTAINER_CLIENTS)("nodes of %s", (client) => {
  const made = nodeFiles({
    client,
    from: "1.16.7",
    to: "1.17.0",
    image: null,
    flags: ["--a='b c'"],
  })!;
  const text = (name: string): string => made.find((file) => file.name === name)!.text;

  test("both versions have the same flags, by their own images", () => {
    const { services } = parseDocument(text("compose.yaml"), { merge: true }).toJS() as {
      services: Record<string, { image: string; command: string[] }>;
    };
    expect(services["old"]?.command).toEqual(services["candidate"]?.command);
    expect(services["old"]?.command).toContain("--a='b c'");
    expect([services["old"]?.image, services["candidate"]?.image]).toEqual([
      expect.stringContaining("1.16.7"),
      expect.stringContaining("1.17.0"),
    ]);
  });

  test("Kubernetes gets a Service and a StatefulSet a side", () => {
    const kinds = parseAllDocuments(text("kubernetes.yaml")).map(
      (document) => (document.toJS() as { kind: string }).kind,
    );
    expect(kinds).toEqual(["Service", "StatefulSet", "Service", "StatefulSet"]);
  });

  test("the script is one that a shell reads", () => {
    const file = path.join(folder, `${client}.sh`);
    writeFileSync(file, text("run.sh"));
    expect(spawnSync("sh", ["-n", file]).status).toBe(0);
  });
});

test("a client without a row needs an image", () => {
  const wanted = { client: "own", from: "1", to: "2", flags: [] };
  expect(nodeFiles({ ...wanted, image: null })).toBeNull();
  expect(nodeFiles({ ...wanted, image: "registry/own:{version}" })?.[0]?.text).toContain(
    "registry/own:2",
  );
});

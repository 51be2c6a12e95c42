import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { messageOf } from "../errors.ts";
import { admit, cookieFor, type Access } from "./access.ts";
import { verdictDocument } from "./verdict-document.ts";
import { flaggerStatus, type FlaggerHook } from "./flagger.ts";
import { deciding, undecided, type VerdictSource } from "./judgement.ts";

/** What a route may use. */
export interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** The body of a POST, bounded. */
  readonly body: Buffer;
}

export interface Route {
  readonly verb: "GET" | "POST";
  readonly path: string;
  /** Answered without a token: says nothing that is worth one. */
  readonly open?: boolean;
  answer(asked: Asked): void | Promise<void>;
}

const BODY_BYTES = 64 * 1024;
/** An engine's question is one line: who takes longer only holds a connection. */
const REQUEST_MS = 10_000;
/** Engines, scrapers and readers of the page are few: a flood must leave room for the next verdict. */
const CONNECTIONS = 512;

/** A server of routes. Answers in JSON what it does not know or can't do: an engine may take any HTML for a yes. */
export function createRouteServer(routes: readonly Route[], access: Access): Server {
  const server = createServer((request, response) => {
    void answer(request, response, routes, access).catch((error: unknown) => {
      if (!response.headersSent) json(response, 500, { error: messageOf(error) });
      else response.destroy();
    });
  });
  server.requestTimeout = REQUEST_MS;
  server.headersTimeout = REQUEST_MS;
  server.maxConnections = CONNECTIONS;
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: readonly Route[],
  access: Access,
): Promise<void> {
  response.setHeader("cache-control", "no-store");
  response.setHeader("x-content-type-options", "nosniff");
  const url = URL.parse(request.url ?? "/", `http://${request.headers.host ?? "localhost"}`);
  if (url === null) return json(response, 400, { error: "The URL can't be read." });
  const path = url.pathname === "/" ? "/" : url.pathname.replace(/\/$/, "");
  const here = routes.filter((route) => route.path === path);
  const verb = request.method === "HEAD" ? "GET" : request.method;
  const route = here.find((one) => one.verb === verb);
  if (route?.open !== true) {
    const admission = admit(request, url, access);
    if (admission === "foreign-page")
      return json(response, 403, {
        error: "Asked by a page of another site, or under a foreign name.",
      });
    if (admission === "needs-token") {
      response.setHeader("www-authenticate", "Bearer");
      return json(response, 401, { error: "A token is needed: Authorization: Bearer TOKEN." });
    }
  }
  if (route === undefined) {
    if (here.length === 0)
      return json(response, 404, {
        error: `There is no ${path}.`,
        known: routes.map((one) => `${one.verb} ${one.path}`),
      });
    response.setHeader("allow", here.map((one) => one.verb).join(", "));
    return json(response, 405, {
      error: `${path} takes ${here.map((one) => one.verb).join(", ")}.`,
    });
  }
  // Seen in the address bar once, then kept out of it.
  if (url.searchParams.has("token") && wantsHtml(request))
    response.setHeader("set-cookie", cookieFor(access));
  const body = verb === "POST" ? await bodyOf(request) : Buffer.alloc(0);
  if (body === null)
    return json(response, 413, { error: `A body of at most ${BODY_BYTES} bytes.` });
  await route.answer({ request, response, url, body });
}

/** Reads a body to its end, or null past the bound. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).length;
    if (bytes > BODY_BYTES) return null;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

/** A browser says so; a controller that reads an answer does not. */
export function wantsHtml(request: IncomingMessage): boolean {
  return (request.headers.accept ?? "").includes("text/html");
}

export function json(response: ServerResponse, status: number, body: object): void {
  send(response, status, "application/json; charset=utf-8", `${JSON.stringify(body)}\n`);
}

export function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** The verdict for engines; docs/guides/shadow.md says how each one reads it. */
export function verdictRoutes(
  source: VerdictSource,
  window: string | null,
  onEvent: (body: Buffer) => void,
): readonly Route[] {
  const judgementFor = ({ searchParams }: URL): ReturnType<VerdictSource["judge"]> => {
    // Of two windows neither is the one that was meant.
    const twice = ["window", "run"].find((name) => searchParams.getAll(name).length > 1);
    if (twice !== undefined)
      return undecided(`request.${twice}`, "it was given more than once", new Date());
    return source.judge(searchParams.get("window") ?? window, searchParams.get("run"));
  };
  const hook = (name: FlaggerHook): Route => ({
    verb: "POST",
    path: `/v1/flagger/${name}`,
    answer({ response, url }) {
      const judgement = judgementFor(url);
      const status = flaggerStatus(name, judgement.verdict.verdict);
      send(response, status, "text/plain; charset=utf-8", `shadowdiff: ${deciding(judgement)}\n`);
    },
  });
  return [
    {
      verb: "GET",
      path: "/v1/verdict",
      answer: ({ response, url }) => json(response, 200, verdictDocument(judgementFor(url))),
    },
    {
      verb: "GET",
      path: "/v1/ready",
      answer({ response, url }) {
        const judgement = judgementFor(url);
        const { verdict } = judgement.verdict;
        json(response, verdict === "fail" ? 503 : 200, { verdict, reason: deciding(judgement) });
      },
    },
    hook("confirm"),
    hook("rollback"),
    {
      verb: "POST",
      path: "/v1/flagger/event",
      answer({ response, body }) {
        onEvent(body);
        json(response, 200, { stored: true });
      },
    },
  ];
}

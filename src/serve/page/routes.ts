import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { parseWindow } from "../../config/window.ts";
import { windowStart } from "../../model/window.ts";
import { NO_COURSE, type Course } from "../../runs/windows/series.ts";
import { readEvents } from "../beside-run.ts";
import { json, wantsHtml, type Asked, type Route } from "../http.ts";
import type { VerdictSource } from "../judgement.ts";
import { verdictDocument } from "../verdict-document.ts";
import { content, page, type PageFacts } from "./page.ts";

export interface PageParts {
  readonly source: VerdictSource;
  /** Folders of the runs that have a verdict each; of several that are judged as one, none. */
  readonly folders: readonly string[];
  /** Where a request names none. */
  readonly window: string | null;
  readonly course: (folder: string, from: number) => Course;
  readonly now: () => Date;
}

const EVERY_MS = 3_000;
const READERS = 32;
const EVENTS = 20;
/** A look after such a pause is another look. */
const LOOK_MS = 30 * 60_000;
const LOOK_COOKIE = "shadowdiff-look";

/** The page for people, and what keeps it up to date. Who does not ask for HTML gets the verdict: no engine may take a page for a yes. */
export function pageRoutes(parts: PageParts): readonly Route[] {
  let readers = 0;
  return [
    {
      verb: "GET",
      path: "/",
      answer({ request, response, url }) {
        const facts = factsOf(parts, url, lookOf(request, parts.now()).before);
        if (!wantsHtml(request)) return json(response, 200, verdictDocument(facts.judgement));
        const nonce = randomBytes(16).toString("base64");
        response.setHeader("content-security-policy", policy(nonce));
        response.setHeader("referrer-policy", "no-referrer");
        const { cookie } = lookOf(request, parts.now());
        response.appendHeader(
          "set-cookie",
          `${LOOK_COOKIE}=${cookie}; HttpOnly; SameSite=Strict; Path=/; Max-Age=31536000`,
        );
        const text = page(facts, nonce);
        response.writeHead(200, {
          "content-type": "text/html; charset=utf-8",
          "content-length": Buffer.byteLength(text),
        });
        response.end(text);
        return undefined;
      },
    },
    {
      verb: "GET",
      path: "/events",
      answer(asked) {
        if (readers >= READERS)
          return json(asked.response, 503, { error: `${READERS} pages are open already.` });
        readers++;
        stream(parts, asked, () => {
          readers--;
        });
        return undefined;
      },
    },
  ];
}

/** Sends the content again and again, until the reader is gone. One that does not read is not sent more. */
function stream(parts: PageParts, { request, response, url }: Asked, done: () => void): void {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  const { before } = lookOf(request, parts.now());
  const send = (): void => {
    if (response.writableNeedDrain) return;
    const facts = factsOf(parts, url, before);
    event(response, "content", content(facts).html);
    event(response, "title", `${facts.judgement.verdict.verdict} · shadowdiff`);
  };
  const timer = setInterval(send, EVERY_MS);
  send();
  response.once("close", () => {
    clearInterval(timer);
    done();
  });
}

function event(response: ServerResponse, name: string, data: string): void {
  response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}

function factsOf(parts: PageParts, url: URL, lastLook: number | null): PageFacts {
  const { source, folders, now } = parts;
  const named = url.searchParams.get("window");
  const window = named === "all" ? null : (named ?? parts.window);
  const at = now();
  const of = folders.length;
  const number = Math.min(
    of,
    Math.max(1, Math.floor(Number(url.searchParams.get("run") ?? 1)) || 1),
  );
  const folder = folders[number - 1];
  const known = window === null ? null : parseWindow(window);
  const from = known === null ? 0 : windowStart(known, at.getTime());
  return {
    judgement: source.judge(window, of > 1 ? String(number) : null),
    course: folder === undefined ? NO_COURSE : parts.course(folder, from),
    window,
    run: { number, of: Math.max(1, of) },
    events: folder === undefined ? [] : readEvents(folder, EVENTS),
    lastLook,
    now: at,
  };
}

/** The times of this look and of the one before it, as the reader's browser remembers them. */
function lookOf(request: IncomingMessage, now: Date): { before: number | null; cookie: string } {
  const text = new RegExp(`(?:^|;\\s*)${LOOK_COOKIE}=(\\d{1,15})-(\\d{1,15})`).exec(
    request.headers.cookie ?? "",
  );
  const at = now.getTime();
  const before = text?.[1] === undefined || text[1] === "0" ? null : Number(text[1]);
  const current = text?.[2] === undefined ? at : Number(text[2]);
  return at - current > LOOK_MS
    ? { before: current, cookie: `${current}-${at}` }
    : { before, cookie: `${before ?? 0}-${current}` };
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

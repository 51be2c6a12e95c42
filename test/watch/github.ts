import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

export interface FakeRelease {
  id: number;
  tag: string;
  body: string | null;
  publishedAt: string;
  prerelease?: boolean;
  draft?: boolean;
  commit?: string;
}

/** A server that answers as GitHub's API does: ETags, pages with links, limits, faults. */
export class FakeGithub {
  releases: FakeRelease[] = [];
  /** Answers before the next real ones. */
  faults: { status: number; headers?: Record<string, string>; body?: string }[] = [];
  /** Requests of one release by its id that fail, before the next real answer. */
  faultsOfOne = 0;
  /** Called before a page is made: what changes while pages are read. */
  onPage: ((page: number) => void) | null = null;
  /** Ids that exist beside the releases listed now. */
  shown: number[] = [];
  readonly asked: { url: string; status: number; authorization: string | undefined }[] = [];
  perPage = 30;
  /** What is published as security advisories; null for a server that has none. */
  advisories: readonly object[] | null = null;
  readonly #server = createServer((request, response) => {
    const answer = this.#answer(request.url ?? "/", request.headers["if-none-match"]);
    this.asked.push({
      url: request.url ?? "",
      status: answer.status,
      authorization: request.headers.authorization,
    });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #answer(
    url: string,
    etag: string | undefined,
  ): { status: number; headers: Record<string, string>; body: string } {
    const fault = this.faults.shift();
    if (fault !== undefined)
      return {
        status: fault.status,
        headers: fault.headers ?? {},
        body: fault.body ?? '{"message":"no"}',
      };
    const id = /\/releases\/(\d+)$/.exec(url)?.[1];
    if (id !== undefined) return this.#one(Number(id));
    const tag = /\/git\/ref\/tags\/(.+)$/.exec(url)?.[1];
    if (tag !== undefined) {
      const found = this.releases.find((own) => own.tag === decodeURIComponent(tag));
      return found?.commit === undefined
        ? { status: 404, headers: {}, body: "{}" }
        : { status: 200, headers: {}, body: JSON.stringify({ object: { sha: found.commit } }) };
    }
    if (url.includes("/security-advisories"))
      return this.advisories === null
        ? { status: 404, headers: {}, body: "{}" }
        : { status: 200, headers: {}, body: JSON.stringify(this.advisories) };
    const page = Number(/[?&]page=(\d+)/.exec(url)?.[1] ?? 1);
    this.onPage?.(page);
    const all = [...this.releases].sort((a, b) => b.publishedAt.localeCompare(a.publishedAt));
    const own = all.slice((page - 1) * this.perPage, page * this.perPage);
    const body = JSON.stringify(
      own.map(({ id, tag: name, body: notes, publishedAt, prerelease = false, draft = false }) => ({
        id,
        tag_name: name,
        name,
        body: notes,
        draft,
        prerelease,
        published_at: publishedAt,
        html_url: `https://github.example/releases/${name}`,
      })),
    );
    const tagOf = `"${Buffer.from(body).toString("base64url").length}-${hash(body)}"`;
    if (etag === tagOf) return { status: 304, headers: { etag: tagOf }, body: "" };
    const next: Record<string, string> =
      all.length > page * this.perPage ? { link: `<${this.url}/next>; rel="next"` } : {};
    return { status: 200, headers: { etag: tagOf, ...next }, body };
  }

  #one(id: number): { status: number; headers: Record<string, string>; body: string } {
    if (this.faultsOfOne > 0) {
      this.faultsOfOne -= 1;
      return { status: 502, headers: {}, body: "" };
    }
    const found = this.releases.find((own) => own.id === id);
    const isThere = found?.draft !== true && (found !== undefined || this.shown.includes(id));
    return isThere
      ? { status: 200, headers: {}, body: JSON.stringify({ id, draft: false }) }
      : { status: 404, headers: {}, body: "{}" };
  }
}

function hash(text: string): number {
  let value = 7;
  for (const letter of text) value = (Math.imul(value, 31) + letter.charCodeAt(0)) >>> 0;
  return value;
}

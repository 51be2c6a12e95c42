import { createServer } from "node:http";

/** The part of GitHub's and GitLab's interfaces that keeps comments, on 127.0.0.1. */
export interface CommentsApi {
  readonly url: string;
  /** Comments by id; some of others come first, more than one page of them. */
  readonly comments: ReadonlyMap<number, string>;
  /** Verb, path and credential of each request. */
  readonly seen: readonly string[];
  /** Answers everything with this status from now on. */
  refuse(status: number): void;
  close(): Promise<void>;
}

export async function startCommentsApi(others: number): Promise<CommentsApi> {
  const comments = new Map<number, string>();
  for (let id = 1; id <= others; id += 1) comments.set(id, `comment ${id}`);
  const seen: string[] = [];
  let refused = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = new URL(request.url ?? "", "http://localhost");
      const credential = request.headers.authorization ?? request.headers["private-token"];
      seen.push(`${request.method} ${url.pathname} ${String(credential)}`);
      response.writeHead(refused === 0 ? 200 : refused, { "content-type": "application/json" });
      if (refused !== 0) return response.end("{}");
      if (request.method === "GET") {
        const size = Number(url.searchParams.get("per_page"));
        const page = Number(url.searchParams.get("page"));
        const rows = [...comments].map(([id, body]) => ({ id, body }));
        return response.end(JSON.stringify(rows.slice((page - 1) * size, page * size)));
      }
      const { body } = JSON.parse(Buffer.concat(chunks).toString()) as { body: string };
      const id =
        request.method === "POST" ? comments.size + 1 : Number(url.pathname.split("/").at(-1));
      comments.set(id, body);
      return response.end(JSON.stringify({ id, body }));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    comments,
    seen,
    refuse: (status) => {
      refused = status;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

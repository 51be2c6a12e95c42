import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";

/** Passes JSON-RPC on and changes the answers that `alter` picks. */
export interface AlteringProxy {
  readonly url: string;
  readonly altered: () => number;
  close(): Promise<void>;
}

/** `alter` gives the text to answer with instead, or null to leave it. */
export async function startAlteringProxy(
  upstream: string,
  alter: (requestText: string, answerText: string) => string | null,
): Promise<AlteringProxy> {
  let altered = 0;
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      void request(upstream, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      })
        .then(async ({ statusCode, headers, body: answer }) => {
          const text = await answer.text();
          const changed = alter(body, text);
          if (changed !== null) altered++;
          const { "content-length": _, "transfer-encoding": __, ...kept } = headers;
          outgoing.writeHead(statusCode, { ...kept });
          outgoing.end(changed ?? text);
        })
        .catch(() => outgoing.destroy());
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    altered: () => altered,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

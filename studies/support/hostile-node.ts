import { createServer } from "node:http";
import { WebSocketServer } from "ws";

/**
 * A node for hostile clients, in a process of its own: answers each request with its id whatever else it holds, large results
 * where asked for, WebSocket with compression. Prints its port; ends with its input.
 */
const LARGE_BYTES = 20_000_000;

const server = createServer((request, response) => {
  let start = "";
  request.on("data", (part: Buffer) => {
    if (start.length < 200) start += part.toString("latin1", 0, 200);
  });
  request.on("error", () => {});
  request.on("end", () => {
    const id = /"id":(\d+)/.exec(start)?.[1] ?? "null";
    response.setHeader("content-type", "application/json");
    const result = start.includes("test_large") ? "ab".repeat(LARGE_BYTES / 2) : "1";
    response.end(`{"jsonrpc":"2.0","id":${id},"result":"0x${result}"}`);
  });
});
server.keepAliveTimeout = 0;
server.requestTimeout = 0;
const sockets = new WebSocketServer({ server, perMessageDeflate: true, maxPayload: 100_000_000 });
sockets.on("connection", (socket) => {
  socket.on("error", () => {});
  socket.on("message", (data: Buffer) => {
    const id = /"id":(\d+)/.exec(data.toString("latin1", 0, 200))?.[1];
    if (id !== undefined) socket.send(`{"jsonrpc":"2.0","id":${id},"result":"0x1"}`);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(typeof address === "object" ? address?.port : "");
});
process.stdin.resume();
process.stdin.once("end", () => process.exit(0));

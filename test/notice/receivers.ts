import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { Webhook } from "standardwebhooks";
import { webhookSecret } from "../../src/notice/deliver/webhook.ts";
import { refusalOf } from "./slack-limits.ts";

/** Called when a message is complete, before it is answered; may wait, or throw to refuse it. */
export type OnArrival = (what: Arrival) => Promise<void> | void;

export interface Arrival {
  readonly channel: "email" | "slack" | "webhook";
  /** Message-ID, webhook-id, or for Slack the notice that its last line names. */
  readonly id: string;
  readonly account: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A refusal that a receiver answers with: an HTTP status or an SMTP code. */
export class Refusal extends Error {
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: number, headers: Readonly<Record<string, string>> = {}) {
    super(`refused with ${code}`);
    this.code = code;
    this.headers = headers;
  }
}

export interface Receivers {
  readonly env: Record<string, string>;
  readonly smtpPort: number;
  readonly httpPort: number;
  /** What was accepted, in order. */
  readonly accepted: Arrival[];
  /** Every complete message, accepted or not. */
  readonly seen: Arrival[];
  close(): Promise<void>;
}

const SECRET = "a team's secret for notices";

/**
 * A real SMTP server, a webhook receiver that verifies with the standardwebhooks package, and a stand-in for Slack that enforces its
 * limits, all on 127.0.0.1. Webhooks go to /in/ACCOUNT, Slack to /slack/CHANNEL.
 */
export async function startReceivers(onArrival: OnArrival = () => undefined): Promise<Receivers> {
  const accepted: Arrival[] = [];
  const seen: Arrival[] = [];
  const arrive = async (arrival: Arrival): Promise<void> => {
    seen.push(arrival);
    await onArrival(arrival);
    accepted.push(arrival);
  };
  const smtp = mailServer(arrive);
  const http = createServer((request, response) => {
    void answer(request, response, arrive);
  });
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const smtpPort = (smtp.server.address() as AddressInfo).port;
  const httpPort = (http.address() as AddressInfo).port;
  return {
    env: {
      SHADOWDIFF_SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
      SHADOWDIFF_MAIL_FROM: "Node team <notices@example.com>",
      SHADOWDIFF_NOTICE_SECRET: SECRET,
    },
    smtpPort,
    httpPort,
    accepted,
    seen,
    async close() {
      http.closeAllConnections();
      await Promise.all([
        new Promise<void>((resolve) => smtp.close(resolve)),
        new Promise<void>((resolve) => http.close(() => resolve())),
      ]);
    },
  };
}

function mailServer(arrive: OnArrival): SMTPServer {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onRcptTo({ address }, _session, done) {
      if (address.startsWith("nobody"))
        return done(Object.assign(new Error("no such user"), { responseCode: 550 }));
      return done();
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const body = Buffer.concat(parts).toString("utf8");
        const id = /^Message-ID: <([^>]+)>/im.exec(body)?.[1] ?? "";
        const account = session.envelope.rcptTo[0]?.address.split("@")[0] ?? "";
        void (async () => {
          try {
            await arrive({ channel: "email", id, account, body, headers: {} });
            done();
          } catch (error) {
            done(Object.assign(new Error("try later"), { responseCode: (error as Refusal).code }));
          }
        })();
      });
    },
  });
  // A sender that is killed resets its connection.
  server.on("error", () => undefined);
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  arrive: OnArrival,
): Promise<void> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString("utf8");
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const [, kind, name = ""] = (request.url ?? "").split("/");
    if (kind === "slack") await slackArrival(name, body, headers, arrive);
    else await webhookArrival(name, body, headers, arrive);
    response.writeHead(200).end("ok");
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(400);
    response.writeHead(refusal.code, refusal.headers).end(refusal.message);
  }
}

async function slackArrival(
  account: string,
  body: string,
  headers: Arrival["headers"],
  arrive: OnArrival,
): Promise<void> {
  const message = JSON.parse(body) as unknown;
  if (refusalOf(message) !== null) throw new Refusal(400);
  const id = /Notice (\S+), revision (\d+)/.exec(body)?.slice(1).join(" ") ?? "";
  await arrive({ channel: "slack", id, account, body, headers });
}

async function webhookArrival(
  account: string,
  body: string,
  headers: Arrival["headers"],
  arrive: OnArrival,
): Promise<void> {
  new Webhook(webhookSecret(SECRET, account)).verify(body, headers);
  await arrive({ channel: "webhook", id: headers["webhook-id"] ?? "", account, body, headers });
}

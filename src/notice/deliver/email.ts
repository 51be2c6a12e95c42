import { Readable } from "node:stream";
import MailComposer from "nodemailer/lib/mail-composer";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { messageOf, usageError } from "../../errors.ts";
import { oneLine } from "../formats/visible.ts";
import { refused } from "./transport.ts";
import type { Delivery, Message, Transport } from "./transport.ts";

/** Messages over one connection before a fresh one: many servers close after about a hundred. */
const PER_CONNECTION = 90;

interface MailOptions {
  /** `smtp://user:password@host:587` or `smtps://…`; undefined where none is set. */
  readonly url: string | undefined;
  /** Sender: an address, or `Name <address>`. */
  readonly from: string | undefined;
  readonly timeoutMs: number;
}

interface Line {
  readonly connection: SMTPConnection;
  sent: number;
  alive: boolean;
}

/** Mail by SMTP. Connections are kept and used again. */
export function emailTransport({ url, from, timeoutMs }: MailOptions): Transport {
  const server = url === undefined ? null : serverOf(url);
  const sender = from === undefined ? null : senderOf(from);
  const idle: Line[] = [];
  return {
    channel: "email",
    idempotent: false,
    unavailable() {
      if (server === null) return "no mail server: set SHADOWDIFF_SMTP_URL";
      return sender === null ? "no sender: set SHADOWDIFF_MAIL_FROM" : null;
    },
    async deliver(parcel, transmitting) {
      if (server === null || sender === null) return refused("mail is not set up");
      let line: Line;
      try {
        line = takeAlive(idle) ?? (await connect(server, timeoutMs));
      } catch (error) {
        return refused(`mail server: ${words(error)}`);
      }
      const delivery = await send(line, sender, parcel, transmitting);
      line.sent += 1;
      if (line.alive && delivery.kind === "delivered" && line.sent < PER_CONNECTION)
        idle.push(line);
      else line.connection.quit();
      return delivery;
    },
    close() {
      for (const { connection } of idle.splice(0)) connection.quit();
      return Promise.resolve();
    },
  };
}

/** A connection that was kept; those that the server closed while they were idle are let go. */
function takeAlive(idle: Line[]): Line | undefined {
  let line = idle.pop();
  while (line !== undefined && !line.alive) line = idle.pop();
  return line;
}

type Server = { host: string; port: number; secure: boolean; user: string; password: string };
type Sender = { name: string; address: string };

function serverOf(text: string): Server {
  const url = URL.parse(text);
  if (url === null || !["smtp:", "smtps:"].includes(url.protocol) || url.hostname === "") {
    throw usageError("SHADOWDIFF_SMTP_URL is not a mail server's URL.", {
      details: ["Expected something like smtp://user:password@mail.example.com:587"],
    });
  }
  const secure = url.protocol === "smtps:";
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
    secure,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

function senderOf(text: string): Sender {
  const match = /^(?:([^<>\r\n]*)<)?([^\s<>@]+@[^\s<>@]+)>?$/.exec(text.trim());
  if (match?.[2] === undefined) throw usageError("SHADOWDIFF_MAIL_FROM is not a mail address.");
  return { name: (match[1] ?? "").trim(), address: match[2] };
}

function connect({ host, port, secure, user, password }: Server, timeoutMs: number): Promise<Line> {
  const local = host === "localhost" || host.startsWith("127.") || host === "::1";
  const connection = new SMTPConnection({
    host,
    port,
    secure,
    // A password never crosses a network in the clear.
    requireTLS: !secure && user !== "" && !local,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
  const line: Line = { connection, sent: 0, alive: true };
  return new Promise((resolve, reject) => {
    connection.on("error", (error: Error) => {
      line.alive = false;
      reject(error);
    });
    connection.on("end", () => {
      line.alive = false;
      reject(new Error("the mail server closed the connection"));
    });
    connection.connect(() => {
      if (user === "") return resolve(line);
      return connection.login({ user, pass: password }, (error) => {
        if (error) reject(error);
        else resolve(line);
      });
    });
  });
}

async function send(
  { connection }: Line,
  sender: Sender,
  parcel: Message,
  transmitting: () => void,
): Promise<Delivery> {
  const { rendered, address } = parcel;
  const composed = new MailComposer({
    from: sender,
    to: { name: oneLine(parcel.name), address },
    subject: rendered.subject,
    text: rendered.text,
    html: rendered.email,
    messageId: `<${parcel.id}@${sender.address.split("@")[1]}>`,
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const message = await composed.build();
  let began = false;
  // Read only once the server has asked for the message: until then a crash has sent nothing.
  const body = Readable.from(
    (function* () {
      transmitting();
      began = true;
      yield message;
    })(),
  );
  return new Promise((resolve) => {
    connection.send({ from: sender.address, to: [address] }, body, (error, info) => {
      if (error) resolve(failure(error as SmtpError, began));
      else resolve({ kind: "delivered", detail: oneLine(info?.response ?? "").slice(0, 200) });
    });
  });
}

type SmtpError = Error & { readonly responseCode?: number };

function failure(error: SmtpError, began: boolean): Delivery {
  const { responseCode } = error;
  if (responseCode !== undefined)
    return refused(`mail server: ${words(error)}`, { final: responseCode >= 500 });
  if (!began) return refused(`mail server: ${words(error)}`);
  return { kind: "in-doubt", error: `the mail server's answer was lost: ${words(error)}` };
}

function words(error: unknown): string {
  return oneLine(messageOf(error)).slice(0, 200);
}

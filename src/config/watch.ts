import { z } from "zod";
import { usageError } from "../errors.ts";
import { duration } from "./fields.ts";

const address = z.string().refine(
  (value) => {
    const url = URL.parse(value);
    return url !== null && ["http:", "https:", "file:"].includes(url.protocol);
  },
  { error: "expected an http, https or file URL" },
);

const clientSchema = z.strictObject({
  client: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, {
      error: "expected lower-case letters, digits, dots, dashes",
    })
    .describe("geth, erigon, nethermind … or a name of your own with repository or feed"),
  repository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, { error: "expected OWNER/NAME" })
    .optional()
    .describe("at GitHub; known for the clients that `watch` knows"),
  feed: address.optional().describe("an Atom feed instead of GitHub's API"),
  tags: z.string().optional().describe("regular expression: tags that are releases of this client"),
  running: z
    .string()
    .optional()
    .describe("version that the fleet runs, where its nodes are not asked"),
  nodes: z
    .array(address)
    .max(500)
    .default([])
    .describe("nodes of the fleet, asked for their version"),
  maxBehind: z
    .strictObject({
      releases: z.int().min(0).optional(),
      days: z.int().min(0).optional(),
    })
    .default({})
    .describe("alarm when a node lacks more releases, or a release for more days, than this"),
  prereleases: z.boolean().default(true).describe("tell pre-releases, too"),
  vulnerabilities: z
    .strictObject({
      url: address,
      keys: z.array(z.string()).optional().describe("minisign public keys; Geth's are known"),
    })
    .optional()
    .describe("a signed list as Geth publishes it"),
  advisories: z
    .boolean()
    .default(true)
    .describe("read what the repository at GitHub published as security advisories"),
  package: z
    .strictObject({ ecosystem: z.string().min(1), name: z.string().min(1) })
    .optional()
    .describe("what OSV knows the client as; known for some clients"),
});

/** `watch.yaml`: which releases are watched, for which nodes, and who is told. */
export const watchSchema = z.strictObject({
  api: address
    .default("https://api.github.com")
    .describe("GitHub's API, or an Enterprise server's"),
  osv: address
    .optional()
    .describe("OSV's API, such as https://api.osv.dev; it is told which versions you run"),
  clients: z.array(clientSchema).min(1).max(100),
  tell: z
    .strictObject({
      slack: z
        .array(z.string())
        .max(20)
        .default([])
        .describe("channels; their webhooks are in the environment"),
      webhook: z.array(address).max(20).default([]),
      email: z.array(z.email()).max(20).default([]),
    })
    .default({ slack: [], webhook: [], email: [] }),
  upgrades: z
    .string()
    .default("upgrades")
    .describe("folder in which --open makes an upgrade's folder"),
  quietAfter: duration().optional().describe("releases older than this are remembered, not told"),
});

export type WatchSettings = z.output<typeof watchSchema>;
export type WatchedClient = z.output<typeof clientSchema>;

/** @throws usage error that names each field that can't be used */
export function parseWatch(document: unknown, place: string): WatchSettings {
  const parsed = watchSchema.safeParse(document ?? {});
  if (parsed.success) return parsed.data;
  throw usageError(`${place} can't be used:`, {
    details: parsed.error.issues
      .slice(0, 10)
      .map(({ path, message }) => `${path.join(".")}: ${message}`),
  });
}

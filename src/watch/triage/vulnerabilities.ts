import { z } from "zod";

const entry = z.looseObject({
  name: z.string(),
  uid: z.string(),
  summary: z.string().default(""),
  introduced: z.string().default(""),
  fixed: z.string().default(""),
  published: z.string().default(""),
  severity: z.string().default(""),
  check: z.string().max(2_000),
  CVE: z.string().default(""),
});

export type Vulnerability = z.output<typeof entry>;

/** Geth's list: names, and an expression over the whole client version. Source: cmd/geth/version_check.go. Throws where it is none. */
export function parseVulnerabilities(text: string): Vulnerability[] {
  return z.array(entry).max(1_000).parse(JSON.parse(text));
}

/** Those that a node has, by its own words. The expressions come from a signed file: they are its publisher's, not an attacker's. */
export function vulnerabilitiesOf(
  clientVersion: string,
  list: readonly Vulnerability[],
): Vulnerability[] {
  const version = clientVersion.slice(0, 300);
  return list.filter(({ check }) => {
    try {
      return new RegExp(check).test(version);
    } catch {
      return false;
    }
  });
}

/** Geth's signing keys. Source: `gethPubKeys` in cmd/geth/version_check.go of ethereum/go-ethereum. */
export const GETH_KEYS: readonly string[] = [
  "RWQk7Lo5TQgd+wxBNZM+Zoy+7UhhMHaWKzqoes9tvSbFLJYZhNTbrIjx",
  "RWSHFuUDoxyLEzjszuWZI1xStS66QTyXFFZG18uDfO26CuCsbckX1e9J",
  "RWSEhAnSshOY/b+GmaiDkObbCWefsAoavjoLcPjBo1xn71yuOH5I+Lts",
];

import { isTabled } from "../../chains/index.ts";
import { STACKS } from "../../chains/stacks/data.ts";

/** `GET /v2/accounts/{principal}` as recordings write it: `GET /v2/accounts/*`. */
const ROUTES: ReadonlySet<string> = new Set(
  Object.keys(STACKS.methods).map((route) => route.replaceAll(/\{[^}]*\}/g, "*")),
);
/** What exchanges are grouped by where there is no method: `(batch)`, `(event)`. */
const GROUP = /^\([a-z ]{1,20}\)$/;

/** Methods that some node has, and groups of our own: there are some hundreds, and no client can invent one. */
export function isKnownMethod(method: string): boolean {
  return isTabled(method) || ROUTES.has(method) || GROUP.test(method);
}

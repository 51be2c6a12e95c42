import { STACKS_ROUTES } from "../../chains/stacks/routes.ts";

/** A route's template with what matches it. Fixed segments win over parameters. */
export interface Route {
  readonly template: string;
  readonly verbs: ReadonlySet<string>;
  readonly segments: readonly string[];
}

const VERBS = ["get", "head", "options", "post", "put", "patch", "delete"];
/** Segments that are values rather than names: numbers, hashes, principals with their contract, UUIDs. */
const VALUE =
  /^(?:\d+|0x[0-9a-f]+|[0-9a-f]{16,}|S[0-9A-Z]{20,41}(?:\..+)?|[0-9a-f]{8}-[0-9a-f-]{27})$/i;

/** The routes of a parsed OpenAPI document (`paths`), its server path left out. Throws nothing: odd entries are passed over. */
export function routesOf(openApi: unknown): Route[] {
  if (typeof openApi !== "object" || openApi === null || !("paths" in openApi)) return [];
  const { paths } = openApi;
  if (typeof paths !== "object" || paths === null) return [];
  return Object.entries(paths).map(([template, item]) => {
    const named = typeof item === "object" && item !== null ? Object.keys(item) : [];
    return route(
      template,
      VERBS.filter((verb) => named.includes(verb)),
    );
  });
}

function route(template: string, verbs: readonly string[]): Route {
  return {
    template,
    verbs: new Set(verbs.map((verb) => verb.toUpperCase())),
    segments: template.split("/").filter((segment) => segment !== ""),
  };
}

/** The route that a path is of: one of those given, else a known one; null where neither has it. */
export function routeFor(verb: string, path: string, routes: readonly Route[]): Route | null {
  const segments = segmentsOf(path);
  return best(verb, segments, routes) ?? best(verb, segments, KNOWN_ROUTES);
}

/** The parts of a path, its query left out. */
export function segmentsOf(path: string): string[] {
  return pathOf(path)
    .split("/")
    .filter((segment) => segment !== "");
}

/** A segment that is a value and no name: a number, a hash, a principal. */
export function isValue(segment: string): boolean {
  return VALUE.test(segment);
}

const KNOWN_ROUTES: readonly Route[] = Object.keys(STACKS_ROUTES).map((method) => {
  const [verb = "", template = ""] = method.split(" ");
  return route(template, [verb]);
});

/** `GET /extended/v1/tx/{tx_id}` for a verb and path: from the given routes, else the known ones, else inferred. */
export function routeOf(verb: string, path: string, routes: readonly Route[]): string {
  const found = routeFor(verb, path, routes);
  if (found !== null) return `${verb} ${found.template}`;
  const inferred = segmentsOf(path).map((segment) => (isValue(segment) ? "{}" : segment));
  return `${verb} /${inferred.join("/")}`;
}

/** The path without its query. */
function pathOf(path: string): string {
  const query = path.indexOf("?");
  return query === -1 ? path : path.slice(0, query);
}

function best(verb: string, segments: readonly string[], routes: readonly Route[]): Route | null {
  let found: Route | null = null;
  let fewest = Infinity;
  for (const candidate of routes) {
    // HEAD and OPTIONS are answered wherever GET is, and few documents list them.
    const asked = candidate.verbs.has(verb) || verb === "HEAD" || verb === "OPTIONS";
    if (!asked || candidate.segments.length !== segments.length) continue;
    let parameters = 0;
    const matches = candidate.segments.every((name, index) => {
      if (!name.includes("{")) return name === segments[index];
      parameters++;
      return true;
    });
    if (matches && parameters < fewest) {
      found = candidate;
      fewest = parameters;
    }
  }
  return found;
}

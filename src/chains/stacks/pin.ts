import { STACKS_ROUTES } from "./routes.ts";

/** The query parameter that pins a route to a block, or null. */
export function routePin(method: string): string | null {
  return Object.hasOwn(STACKS_ROUTES, method) ? (STACKS_ROUTES[method]?.pin ?? null) : null;
}

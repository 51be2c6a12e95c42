import { expect, test } from "vitest";
import { inferRoutes } from "../../src/protocol/rest/infer.ts";
import { routeOf } from "../../src/protocol/rest/routes.ts";

const get = (path: string) => ({ verb: "GET", path });
const some = (count: number, path: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => get(path(index)));
/** Twenty-six letters, so that none looks like a number or hash. */
const word = (index: number): string =>
  `${String.fromCodePoint(97 + (index % 26))}${String.fromCodePoint(97 + Math.floor(index / 26))}`;

test("many values under one parent are one route, and what follows them keeps its name", () => {
  const asked = [
    ...some(40, (index) => `/api/users/user${index}x/posts?page=${index}`),
    ...some(40, (index) => `/api/users/user${index}x`),
    get("/api/health"),
  ];
  const routes = inferRoutes(asked);
  expect(routeOf("GET", "/api/users/someone.else/posts", routes)).toBe("GET /api/users/{}/posts");
  expect(routeOf("GET", "/api/users/someone.else", routes)).toBe("GET /api/users/{}");
  expect(routeOf("GET", "/api/health", routes)).toBe("GET /api/health");
});

test.each([
  ["few values", some(15, (index) => `/api/users/user${index}x`)],
  ["plain words, which may be routes", some(60, (index) => `/api/${word(index)}`)],
  [
    "names of routes, which go on each in its own way",
    some(60, (index) => `/api/v${index}x/${word(index)}`),
  ],
  ["routes that are known", some(60, (index) => `/v1/names/name${index}.btc`)],
])("%s: nothing is inferred", (_, asked) => {
  expect(inferRoutes(asked)).toEqual([]);
});

test("a name of the Stacks API is no method of its own", () => {
  for (const name of ["alice.btc", "bob.btc", "carol.btc"])
    expect(routeOf("GET", `/v1/names/${name}`, [])).toBe("GET /v1/names/{name}");
});

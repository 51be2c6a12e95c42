import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { PIECES } from "../../scripts/new/pieces.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const PAGE = readFileSync(path.join(ROOT, "docs/ARCHITECTURE.md"), "utf8");

/** The rows of "Where a wish goes", in their order. */
const WISHES = (PAGE.split("## Where a wish goes")[1] ?? "")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
  .slice(1)
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, wish = "", maker = "", files = ""]) => ({
    wish,
    maker: /`new -- (\w+)`/.exec(maker)?.[1],
    places: [...files.matchAll(/`([^`]+)`/g)].map(([, place = ""]) => place),
  }));

const isThere = (place: string): boolean =>
  [path.join("src", place), place].some((file) => existsSync(path.join(ROOT, file)));

test.each(WISHES)("$wish: each place is there", ({ places }) => {
  expect(places.length).toBeGreaterThan(0);
  expect(places.filter((place) => !isThere(place))).toEqual([]);
});

test("what has a template is in the table, in the order of the makers", () => {
  expect(WISHES.flatMap(({ maker = [] }) => maker)).toEqual(PIECES.map(({ kind }) => kind));
});

test.each(PIECES)(
  "the row of a $kind names every file that its template makes or changes",
  (piece) => {
    const { files, edits } = piece.make("some-name", []);
    const row = WISHES.find(({ maker }) => maker === piece.kind);
    const places = (row?.places ?? []).map((place) => `src/${place}`);
    const changed = edits.map(({ file }) => file);
    expect(places.filter((place) => !place.endsWith("/")).toSorted()).toEqual(changed.toSorted());
    const folders = places.filter((place) => place.endsWith("/"));
    const homeless = Object.keys(files).filter(
      (file) => !folders.some((own) => file.startsWith(own)),
    );
    expect(homeless).toEqual([]);
  },
);

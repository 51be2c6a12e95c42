import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import Handlebars from "handlebars";
import { messageOf, usageError } from "../../errors.ts";
import { HELPERS } from "./helpers.ts";

const SHIPPED = fileURLToPath(new URL("../../../templates/report", import.meta.url));

/** The report's templates, style and script: those of `folder` where it has them, else the shipped ones. */
export interface Templates {
  readonly page: (model: object) => string;
  readonly finding: (model: object) => string;
  readonly body: (model: object) => string;
  readonly group: (model: object) => string;
  readonly style: string;
  readonly script: string;
}

/**
 * Reads and compiles the templates. A team's folder may hold any of report.hbs, report.css, report.js and partials/*.hbs.
 * @throws usageError where the folder is missing or a template in it can't be read
 */
export function loadTemplates(folder: string | null): Templates {
  if (folder !== null && !existsSync(folder))
    throw usageError(`There is no folder of templates at ${folder}`, {
      details: [
        "--templates takes a folder with report.hbs, report.css, report.js or partials/*.hbs",
      ],
    });
  const folders = [SHIPPED, ...(folder === null ? [] : [folder])];
  const handlebars = Handlebars.create();
  handlebars.registerHelper(HELPERS);
  for (const partials of folders
    .map((one) => join(one, "partials"))
    .filter((one) => existsSync(one)))
    for (const file of readdirSync(partials).filter((name) => name.endsWith(".hbs")))
      handlebars.registerPartial(
        basename(file, ".hbs"),
        readFileSync(join(partials, file), "utf8"),
      );
  const read = (name: string): string => {
    const path = folders.map((one) => join(one, name)).findLast((one) => existsSync(one));
    return readFileSync(path ?? join(SHIPPED, name), "utf8");
  };
  const compile =
    (text: string) =>
    (model: object): string => {
      try {
        return compiled(text)(model);
      } catch (error) {
        if (folder === null) throw error;
        throw usageError(`A template in ${folder} can't be used: ${firstLine(error)}`, {
          cause: error,
        });
      }
    };
  const cache = new Map<string, (model: object) => string>();
  const compiled = (text: string): ((model: object) => string) => {
    const known = cache.get(text) ?? handlebars.compile(text, { knownHelpersOnly: false });
    cache.set(text, known);
    return known;
  };
  return {
    page: compile(read("report.hbs")),
    finding: compile("{{> finding}}"),
    body: compile("{{> finding-body}}"),
    group: compile("{{> group}}"),
    style: read("report.css"),
    script: read("report.js"),
  };
}

function firstLine(error: unknown): string {
  return messageOf(error).split("\n", 1)[0] ?? "";
}

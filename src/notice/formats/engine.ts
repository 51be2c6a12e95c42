import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Handlebars from "handlebars";
import { messageOf, usageError } from "../../errors.ts";
import { helpersFor, inertModel, WRITERS } from "./helpers.ts";
import type { Syntax } from "./helpers.ts";

/** The templates that come with shadowdiff: the same relative place from src/ and from the package's dist/. */
const SHIPPED = fileURLToPath(new URL("../../../templates/notice", import.meta.url));

/** Renders templates of one language and folder; compiled once each. */
export interface Engine {
  /**
   * @param name file name without `.hbs`: `notice.md`
   * @throws usage error when the template is missing or broken
   */
  render(name: string, model: object): string;
}

/**
 * @param folder a team's own templates; a file that it lacks is taken from the shipped ones
 * @param language a subfolder of that name is looked in first
 */
export function openEngine(folder: string | null, language = "en"): Engine {
  const folders = [folder === null ? [] : [join(folder, language), folder], [SHIPPED]].flat();
  const sources = new Map<string, { path: string; source: string }>();
  for (const place of folders.toReversed())
    for (const file of templatesIn(place)) sources.set(file.name, file);
  const engines = new Map<Syntax, typeof Handlebars>();
  const compiled = new Map<string, Handlebars.TemplateDelegate>();
  return {
    render(name, model) {
      const syntax = name.split(".").at(-1) as Syntax;
      const file = sources.get(name);
      if (file === undefined)
        throw usageError(`There is no template ${name}.hbs in ${folders.join(" or ")}.`);
      const engine = engines.get(syntax) ?? engineFor(syntax, sources);
      engines.set(syntax, engine);
      const template =
        compiled.get(name) ??
        engine.compile(file.source, { noEscape: syntax !== "html", strict: false });
      compiled.set(name, template);
      try {
        return tidy(template(inertModel(model, WRITERS[syntax])), syntax);
      } catch (cause) {
        const reason = messageOf(cause);
        throw usageError(`The template ${file.path} can't be used: ${reason}`, { cause });
      }
    },
  };
}

/** Engines of a folder by language, each opened once. */
export function engineByLanguage(folder: string | null): (language: string) => Engine {
  const engines = new Map<string, Engine>();
  return (language) => {
    const engine = engines.get(language) ?? openEngine(folder, language);
    engines.set(language, engine);
    return engine;
  };
}

function engineFor(
  syntax: Syntax,
  sources: ReadonlyMap<string, { source: string }>,
): typeof Handlebars {
  const engine = Handlebars.create();
  engine.registerHelper(helpersFor(syntax));
  for (const [name, { source }] of sources) {
    if (name.startsWith("_") && name.endsWith(`.${syntax}`))
      engine.registerPartial(name.slice(1, -syntax.length - 1), source);
  }
  return engine;
}

/** Conditions leave blank lines behind: at most one stays, none in HTML's head and tail. */
function tidy(output: string, syntax: Syntax): string {
  const lines = output.replace(/[ \t]+$/gm, "");
  return `${syntax === "html" ? lines.trim() : lines.replace(/\n{3,}/g, "\n\n").trim()}\n`;
}

function templatesIn(folder: string): { name: string; path: string; source: string }[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".hbs"));
  } catch {
    return [];
  }
  return names.map((name) => {
    const path = join(folder, name);
    return { name: name.slice(0, -".hbs".length), path, source: readFileSync(path, "utf8") };
  });
}

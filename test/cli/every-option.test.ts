import { expect, test } from "vitest";
import { z } from "zod";
import type { Command } from "../../src/cli/define.ts";
import { parseFlags, positionalsOf } from "../../src/cli/parse.ts";
import { COMMANDS } from "../../src/cli/registry.ts";
import { fieldsOf, tryOptions, type Field, type Sources } from "../../src/config/resolve.ts";

/** What a person would type, tried in this order until an option takes one of them. */
const WORDS = [
  ..."7 30s 1% 127.0.0.1:9 http://127.0.0.1:8545 https://hooks.example.com/a".split(" "),
  ..."header:x-api-key query:a 2026-11-25 2026-11-25T10:00:00Z 3/16 auto latest old geth".split(
    " ",
  ),
  ..."1000x 0x1 a/b ops@example.com postgres://127.0.0.1/a 1.16.7 /candidate 256MB json methods.txt".split(
    " ",
  ),
  "s3://bucket/folder",
];

const OPTIONS = (
  await Promise.all(
    COMMANDS.map(async ({ load }) => {
      const { command } = await load();
      const words = positionalsOf(command);
      return fieldsOf(command.options)
        .filter(({ name }) => !words.includes(name))
        .map((field) => ({ name: `${command.name} ${field.flag}`, command, field }));
    }),
  )
).flat();

const SWITCHES = OPTIONS.filter(({ field }) => field.kind === "boolean");
const VALUES = OPTIONS.filter(({ field }) => field.kind !== "boolean");

test.each(SWITCHES)("$name: on by flag, variable and key, off by --no-", async (option) => {
  const { command, field } = option;
  expect(await byFlag(option, [field.flag])).toMatchObject({ value: true, origin: "flag" });
  expect(await byFlag(option, [`--no-${field.flag.slice(2)}`])).toMatchObject({ value: false });
  const given = (sources: Partial<Sources>) => resolved(command, field, sources);
  expect(given({ env: { [field.variable]: "yes" } })).toMatchObject({ value: true });
  expect(given({ section: { [field.name]: true } })).toMatchObject({ value: true });
  expect(given({ section: { [field.name]: "perhaps" } }).problems).toContain(field.name);
});

test.each(VALUES)(
  "$name: flag, variable and key say the same, and what is no value is refused by name",
  async (option) => {
    const { command, field } = option;
    const given = (sources: Partial<Sources>) => resolved(command, field, sources);
    const word = wordFor(command, field);
    const value = given({ env: { [field.variable]: word } });
    expect(value).toMatchObject({ problems: "", origin: "environment" });
    expect(await byFlag(option, [field.flag, word])).toEqual({ ...value, origin: "flag" });
    const key = { number: Number(word), list: [word], text: word, boolean: true }[field.kind];
    expect(given({ section: { [field.name]: key } })).toEqual({ ...value, origin: "file" });
    expect(given({ section: { [field.name]: { no: "value" } } }).problems).toContain(field.name);
    await expect(parseFlags(command, [field.flag])).rejects.toThrow(/Not enough arguments/);
  },
);

test.each(VALUES.filter(({ field }) => field.kind !== "list"))(
  "$name: twice is a mistake",
  async ({ command, field }) => {
    const once = [field.flag, wordFor(command, field)];
    await expect(parseFlags(command, [...once, ...once])).rejects.toThrow(
      `${field.flag} was given twice`,
    );
  },
);

async function byFlag({ command, field }: (typeof OPTIONS)[number], words: readonly string[]) {
  const { flags } = await parseFlags(command, words);
  return resolved(command, field, { flags });
}

/** The option alone: what the command needs besides is no matter here. */
function resolved({ options }: Command, { name }: Field, sources: Partial<Sources>) {
  const { values, origins, problems } = tryOptions(z.object({ [name]: options.shape[name]! }), {
    flags: {},
    env: {},
    section: {},
    sectionName: "section",
    filePath: "shadowdiff.yaml",
    ...sources,
  });
  return { value: values[name], origin: origins[name], problems: problems.join("\n") };
}

function wordFor(command: Command, field: Field): string {
  const word = (field.choices ?? WORDS).find(
    (candidate) =>
      resolved(command, field, { env: { [field.variable]: candidate } }).problems === "",
  );
  if (word === undefined) throw new Error(`no word for ${field.flag}: add one to WORDS`);
  return word;
}

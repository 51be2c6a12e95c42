import { z } from "zod";
import type { Release } from "./triage/release.ts";

/** A page of `GET /repos/OWNER/NAME/releases`: only what is read, anything else may come and go. */
const pageSchema = z.array(
  z.looseObject({
    id: z.union([z.number(), z.string()]).transform(String),
    tag_name: z.string().max(300),
    name: z.string().max(1_000).nullish(),
    body: z.string().nullish(),
    draft: z.boolean().default(false),
    prerelease: z.boolean().default(false),
    published_at: z.string().nullish(),
    created_at: z.string().nullish(),
    html_url: z.string().max(2_000).default(""),
  }),
);

const refSchema = z.looseObject({
  object: z.looseObject({ sha: z.string().regex(/^[0-9a-f]{7,64}$/) }),
});

/** Releases of a page, drafts left out. Throws where it is not such a page. */
export function releasesOfPage(text: string): Release[] {
  return pageSchema
    .parse(JSON.parse(text))
    .filter(({ draft }) => !draft)
    .map((row) => ({
      id: row.id,
      tag: row.tag_name,
      name: row.name ?? row.tag_name,
      notes: row.body ?? "",
      publishedAt: new Date(row.published_at ?? row.created_at ?? 0).toISOString(),
      prerelease: row.prerelease,
      url: row.html_url,
      commit: null,
    }));
}

export function releasesUrl(api: string, repository: string, page: number): string {
  return `${api.replace(/\/$/, "")}/repos/${repository}/releases?per_page=30&page=${page}`;
}

export function releaseUrl(api: string, repository: string, id: string): string {
  return `${api.replace(/\/$/, "")}/repos/${repository}/releases/${encodeURIComponent(id)}`;
}

const draftSchema = z.looseObject({ draft: z.literal(true) });

/** Whether an answer about one release shows a draft: who may write to the repository sees those, too. */
export function isDraftRelease(text: string): boolean {
  try {
    return draftSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

export function tagUrl(api: string, repository: string, tag: string): string {
  return `${api.replace(/\/$/, "")}/repos/${repository}/git/ref/tags/${encodeURIComponent(tag)}`;
}

/** What a tag points to. Null where the text is not such an answer. */
export function commitOfRef(text: string): string | null {
  try {
    return refSchema.parse(JSON.parse(text)).object.sha;
  } catch {
    return null;
  }
}

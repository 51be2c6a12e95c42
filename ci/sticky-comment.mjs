// Keeps one comment of a pull or merge request up to date: node ci/sticky-comment.mjs FILE.md
//
// The comment that begins with the file's first line is replaced; without one it is made. GitHub: GITHUB_TOKEN with
// `pull-requests: write`. GitLab: SHADOWDIFF_GITLAB_TOKEN, a project token with `api` (a job's own token can't write notes).
// A comment is a courtesy: where it can't be written (a fork's token, no request), this says so and ends with 0.
import { readFileSync } from "node:fs";

const PER_PAGE = 100;
const MOST_PAGES = 20;
const MOST_CHARACTERS = 65_000;

const { env } = process;
const body = readFileSync(process.argv[2] ?? "comment.md", "utf8").slice(0, MOST_CHARACTERS);
const marker = body.split("\n", 1)[0];

/** Where the comments are, and how each service names what is done with them. */
function service() {
  if (env.CI_MERGE_REQUEST_IID && env.SHADOWDIFF_GITLAB_TOKEN) {
    const request = `${env.CI_API_V4_URL}/projects/${env.CI_PROJECT_ID}/merge_requests/${env.CI_MERGE_REQUEST_IID}`;
    const list = `${request}/notes`;
    const headers = { "private-token": env.SHADOWDIFF_GITLAB_TOKEN };
    return { list, one: (id) => `${list}/${id}`, update: "PUT", headers };
  }
  const number = pullRequestNumber();
  if (number === undefined || !env.GITHUB_TOKEN) return null;
  const issues = `${env.GITHUB_API_URL ?? "https://api.github.com"}/repos/${env.GITHUB_REPOSITORY}/issues`;
  const headers = { authorization: `Bearer ${env.GITHUB_TOKEN}`, accept: "application/vnd.github+json" };
  return {
    list: `${issues}/${number}/comments`,
    one: (id) => `${issues}/comments/${id}`,
    update: "PATCH",
    headers,
  };
}

function pullRequestNumber() {
  if (!env.GITHUB_EVENT_PATH) return undefined;
  return JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, "utf8")).pull_request?.number;
}

async function call(url, method, headers, content) {
  const response = await fetch(url, {
    method,
    headers: { ...headers, "content-type": "application/json", "user-agent": "shadowdiff" },
    ...(content === undefined ? {} : { body: JSON.stringify(content) }),
  });
  if (!response.ok) throw new Error(`${method} answered ${response.status}`);
  return response.json();
}

async function existing({ list, headers }) {
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const comments = await call(`${list}?per_page=${PER_PAGE}&page=${page}`, "GET", headers);
    const own = comments.find((comment) => String(comment.body).startsWith(marker));
    if (own !== undefined || comments.length < PER_PAGE) return own;
  }
  return undefined;
}

const target = service();
if (target === null) {
  console.log("No comment: this is no pull or merge request, or there is no token for it.");
} else {
  try {
    const own = await existing(target);
    if (own === undefined) await call(target.list, "POST", target.headers, { body });
    else await call(target.one(own.id), target.update, target.headers, { body });
    console.log(own === undefined ? "Comment written." : "Comment updated.");
  } catch (error) {
    console.log(`No comment: ${error.message}.`);
  }
}

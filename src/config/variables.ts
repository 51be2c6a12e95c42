import { nearest } from "./nearest.ts";

const PREFIX = "SHADOWDIFF_";

/** Variables with our prefix that are no option of a command: mostly secrets, which no flag or file should hold. */
const OTHER_VARIABLES: readonly string[] = [
  "SHADOWDIFF_CONFIG",
  "SHADOWDIFF_KEY",
  "SHADOWDIFF_NOTICE_SECRET",
  "SHADOWDIFF_SMTP_URL",
  "SHADOWDIFF_MAIL_FROM",
  "SHADOWDIFF_GITHUB_TOKEN",
  // Read by ci/gitlab.yml and ci/sticky-comment.mjs, which may share their environment with a command.
  "SHADOWDIFF_PACKAGE",
  "SHADOWDIFF_GITLAB_TOKEN",
];

/** Names of which a part is the user's: a Slack channel's webhook. */
const FAMILIES = [/^SHADOWDIFF_SLACK_WEBHOOK_\w+$/];

/**
 * Kubernetes puts such variables into each pod of a namespace that has a service named shadowdiff or shadowdiff-…
 * (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables): nobody wrote them.
 */
const SERVICE_LINK =
  /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$/;

/** Whether a variable's name is one that shadowdiff reads, or none of its business. Options of commands are not known here. */
export function isOtherVariable(name: string): boolean {
  return (
    !name.startsWith(PREFIX) ||
    OTHER_VARIABLES.includes(name) ||
    FAMILIES.some((family) => family.test(name)) ||
    SERVICE_LINK.test(name)
  );
}

/** A line for each variable with our prefix that nothing reads: a misspelt one would be ignored without a word. */
export function unknownVariables(
  env: Readonly<Record<string, string | undefined>>,
  options: readonly string[],
): string[] {
  return Object.keys(env)
    .filter((name) => env[name] !== undefined && env[name] !== "" && !isOtherVariable(name))
    .filter((name) => !options.includes(name))
    .sort()
    .map((name) => {
      const guess = nearest(name.slice(PREFIX.length), [
        ...options.map((known) => known.slice(PREFIX.length)),
        ...OTHER_VARIABLES.map((known) => known.slice(PREFIX.length)),
      ]);
      const hint = guess === null ? "; unset it" : `; did you mean ${PREFIX}${guess}?`;
      return `Unknown environment variable ${name}${hint}`;
    });
}

import { ruleOf } from "../../classify/rules/index.ts";
import type { Kind } from "../../model/kinds.ts";
import type { Finding } from "../../model/judged.ts";
import { shortenText } from "./shorten.ts";
import type { SentenceFacts } from "./sentence.ts";
import type { Advice } from "./model.ts";

/** What the rules say of a finding's kind; null where no rule says anything. */
export type AdviceOf = (finding: Pick<Finding, "kind" | "method" | "path">) => Advice | null;

/** What the rule of a kind tells customers. */
export const adviceFromRules: AdviceOf = ({ kind }) => {
  const rule = ruleOf(kind);
  if (rule === undefined) return null;
  return { sees: rule.sees, action: rule.write.text, breaks: rule.breaks, works: rule.write.code };
};

/** Breakage of the libraries that were seen in the customer's calls; all of it where none was recognised. */
export function forClients(advice: Advice | null, clients: readonly string[]): Advice | null {
  if (advice === null) return null;
  const seen = clients.map((client) => client.toLowerCase());
  const matching = advice.breaks.filter(({ library }) =>
    seen.some((client) => client.startsWith(library.toLowerCase())),
  );
  const general = advice.breaks.filter(({ library }) => library === "any");
  return matching.length === 0 ? advice : { ...advice, breaks: [...matching, ...general] };
}

/** A field directly in a result, or in each item of a result that is a list. */
const FIELD = /^\/result(\/\*)?\/([A-Za-z_][A-Za-z0-9_]*)$/;
const RPC_METHOD = /^[a-z][A-Za-z0-9]*_[A-Za-z0-9]+$/;

/** The advice with this change's own codes and names in its examples, where the general ones would name others. */
export function forSubject(
  advice: Advice | null,
  { kind, method, path, values }: SentenceFacts,
): Advice | null {
  if (advice === null) return null;
  const [old, now] = [values?.old, values?.candidate];
  if (kind === "error-code-changed" && Number.isInteger(old) && Number.isInteger(now))
    return path === "/error/code"
      ? codeAdvice(advice, Number(old), Number(now))
      : innerCodeAdvice(advice, Number(old), Number(now));
  if (kind === "error-message-changed" && typeof old === "string" && typeof now === "string")
    return messageAdvice(advice, shortenText(old), shortenText(now));
  if (
    RPC_METHOD.test(method) &&
    !/^eth_(?:call|estimateGas)$/.test(method) &&
    CALL_RESULTS[kind] !== undefined
  )
    return callAdvice(advice, method, CALL_RESULTS[kind]);
  const [, list, field] = FIELD.exec(path) ?? [];
  const general = `${advice.works} ${advice.breaks.map(({ code }) => code).join(" ")}`;
  if (field === undefined || !RPC_METHOD.test(method) || general.includes(field)) return advice;
  return kind === "field-removed"
    ? fieldAdvice(advice, method, `${list === undefined ? "" : "[0]"}.${field}`, field)
    : advice;
}

/** What a generic request gives, by kind; the rules' own examples are of eth_call. */
const CALL_RESULTS: Partial<Record<Kind, string>> = {
  "result-to-error": "throws where it returned",
  "null-to-error": "throws where it returned null",
  "result-to-null": "returns null",
  "error-to-result": "returns where it threw",
};

function callAdvice(advice: Advice, method: string, result: string): Advice {
  return {
    ...advice,
    breaks: [
      { library: "ethers", code: `await provider.send("${method}", params)`, result },
      { library: "viem", code: `await client.request({ method: "${method}", params })`, result },
      {
        library: "web3.py",
        code: `w3.provider.make_request("${method}", params)`,
        result: result
          .replace("throws", "has an error")
          .replace("threw", "had an error")
          .replace("returns null", "has the result None"),
      },
    ],
    works:
      "try { use(await ask()); } catch (error) { handle(error); } // either may happen, on one version or the other",
  };
}

function codeAdvice(advice: Advice, old: number, now: number): Advice {
  return {
    ...advice,
    action: `Accept ${old} and ${now}.`,
    breaks: [
      {
        library: "ethers",
        code: `error.error?.code === ${old}`,
        result: `false: the code is ${now}`,
      },
      {
        library: "viem",
        code: `error.walk((e) => e.code === ${old})`,
        result: `null: the code is ${now}`,
      },
      {
        library: "web3.py",
        code: `error.rpc_response["error"]["code"] == ${old}`,
        result: `False: the code is ${now}`,
      },
    ],
    works: `if ([${old}, ${now}].includes(code)) { /* as before */ }`,
  };
}

/** An error inside a result throws nothing: code reads it from the answer. */
function innerCodeAdvice(advice: Advice, old: number, now: number): Advice {
  return {
    ...advice,
    action: `Accept ${old} and ${now}.`,
    breaks: [
      { library: "any", code: `call.error.code === ${old}`, result: `false: the code is ${now}` },
    ],
    works: `if ([${old}, ${now}].includes(call.error.code)) { /* as before */ }`,
  };
}

/** The rule's own examples are about phrases that libraries match: they stay where this text is one of them. */
function messageAdvice(advice: Advice, old: string, now: string): Advice {
  const phrases = /nonce too low|insufficient funds|underpriced|execution reverted|already known/i;
  if (phrases.test(old) || old.length > 80 || now.length > 80) return advice;
  return {
    ...advice,
    breaks: [
      { library: "any", code: `error.message.includes(${JSON.stringify(old)})`, result: "false" },
    ],
    works: `[${JSON.stringify(old)}, ${JSON.stringify(now)}].some((text) => error.message.includes(text))`,
  };
}

function fieldAdvice(advice: Advice, method: string, access: string, field: string): Advice {
  return {
    ...advice,
    breaks: [
      {
        library: "ethers",
        code: `(await provider.send("${method}", params))${access}`,
        result: "undefined",
      },
      {
        library: "viem",
        code: `(await client.request({ method: "${method}", params }))${access}`,
        result: "undefined",
      },
      {
        library: "web3.py",
        code: `w3.provider.make_request("${method}", params)["result"]["${field}"]`,
        result: "KeyError",
      },
    ],
    works: `const ${field} = answer.${field} ?? null; // null where the node does not send it`,
  };
}

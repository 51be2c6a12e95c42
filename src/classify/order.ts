import type { Kind } from "../model/difference.ts";
import type { Fact } from "./fact.ts";
import type { Rule } from "./rule.ts";
import { arrayItemsAdded } from "./rules/array-items-added.ts";
import { arrayItemsMissing } from "./rules/array-items-missing.ts";
import { arrayOrderChanged } from "./rules/array-order-changed.ts";
import { batchOrderChanged } from "./rules/batch-order-changed.ts";
import { chainSplit } from "./rules/chain-split.ts";
import { contentTypeChanged } from "./rules/content-type-changed.ts";
import { emptyVsNull } from "./rules/empty-vs-null.ts";
import { encodingChanged } from "./rules/encoding-changed.ts";
import { enumValueAdded } from "./rules/enum-value-added.ts";
import { envelopeChanged } from "./rules/envelope-changed.ts";
import { errorCodeChanged } from "./rules/error-code-changed.ts";
import { errorDataAdded } from "./rules/error-data-added.ts";
import { errorDataChanged } from "./rules/error-data-changed.ts";
import { errorDataLost } from "./rules/error-data-lost.ts";
import { errorMessageChanged } from "./rules/error-message-changed.ts";
import { errorToResult } from "./rules/error-to-result.ts";
import { eventMissing } from "./rules/event-missing.ts";
import { fieldAdded } from "./rules/field-added.ts";
import { fieldRemoved } from "./rules/field-removed.ts";
import { fieldRenamed } from "./rules/field-renamed.ts";
import { headerAdded } from "./rules/header-added.ts";
import { headerChanged } from "./rules/header-changed.ts";
import { httpStatusChanged } from "./rules/http-status-changed.ts";
import { latencyRegression } from "./rules/latency-regression.ts";
import { letterCaseChanged } from "./rules/letter-case-changed.ts";
import { limitChanged } from "./rules/limit-changed.ts";
import { malformedResponse } from "./rules/malformed-response.ts";
import { methodAdded } from "./rules/method-added.ts";
import { methodRemoved } from "./rules/method-removed.ts";
import { noAnswer } from "./rules/no-answer.ts";
import { nullToError } from "./rules/null-to-error.ts";
import { nullToResult } from "./rules/null-to-result.ts";
import { nullToValue } from "./rules/null-to-value.ts";
import { nullVsAbsent } from "./rules/null-vs-absent.ts";
import { resultToError } from "./rules/result-to-error.ts";
import { resultToNull } from "./rules/result-to-null.ts";
import { serialisationChanged } from "./rules/serialisation-changed.ts";
import { sizeRegression } from "./rules/size-regression.ts";
import { typeChanged } from "./rules/type-changed.ts";
import { valueChanged } from "./rules/value-changed.ts";
import { valueDrift } from "./rules/value-drift.ts";
import { valueToNull } from "./rules/value-to-null.ts";

/** Every kind, in the order in which they are tried: the first whose test holds gives a fact its kind. */
export const RULES: readonly Rule[] = [
  chainSplit,
  latencyRegression,
  sizeRegression,
  noAnswer,
  malformedResponse,
  envelopeChanged,
  batchOrderChanged,
  httpStatusChanged,
  contentTypeChanged,
  headerAdded,
  headerChanged,
  serialisationChanged,
  valueDrift,
  methodRemoved,
  methodAdded,
  limitChanged,
  nullToError,
  resultToError,
  errorToResult,
  resultToNull,
  nullToResult,
  errorCodeChanged,
  errorMessageChanged,
  errorDataLost,
  errorDataAdded,
  errorDataChanged,
  arrayOrderChanged,
  eventMissing,
  arrayItemsMissing,
  arrayItemsAdded,
  fieldRenamed,
  nullVsAbsent,
  fieldRemoved,
  fieldAdded,
  letterCaseChanged,
  encodingChanged,
  emptyVsNull,
  valueToNull,
  nullToValue,
  typeChanged,
  enumValueAdded,
  valueChanged,
];

/** The rule of a kind; undefined for a name that is no kind. */
export function ruleOf(kind: string): Rule | undefined {
  return RULES.find((rule) => rule.id === kind);
}

/** What a fact is called. Total: a fact that no rule names is a changed value. */
export function kindOf(fact: Fact): Kind {
  for (const rule of RULES) if (rule.matches(fact)) return rule.id;
  return "value-changed";
}

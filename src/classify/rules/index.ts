import type { Kind } from "../../model/kinds.ts";
import type { Fact } from "../facts/fact.ts";
import type { Rule } from "./rule.ts";
import { arrayItemsAdded } from "./array-items-added.ts";
import { arrayItemsMissing } from "./array-items-missing.ts";
import { arrayOrderChanged } from "./array-order-changed.ts";
import { batchOrderChanged } from "./batch-order-changed.ts";
import { chainSplit } from "./chain-split.ts";
import { contentTypeChanged } from "./content-type-changed.ts";
import { emptyVsNull } from "./empty-vs-null.ts";
import { encodingChanged } from "./encoding-changed.ts";
import { enumValueAdded } from "./enum-value-added.ts";
import { envelopeChanged } from "./envelope-changed.ts";
import { errorCodeChanged } from "./error-code-changed.ts";
import { errorDataAdded } from "./error-data-added.ts";
import { errorDataChanged } from "./error-data-changed.ts";
import { errorDataLost } from "./error-data-lost.ts";
import { errorMessageChanged } from "./error-message-changed.ts";
import { errorToResult } from "./error-to-result.ts";
import { eventMissing } from "./event-missing.ts";
import { fieldAdded } from "./field-added.ts";
import { fieldRemoved } from "./field-removed.ts";
import { fieldRenamed } from "./field-renamed.ts";
import { headerAdded } from "./header-added.ts";
import { headerChanged } from "./header-changed.ts";
import { httpStatusChanged } from "./http-status-changed.ts";
import { latencyRegression } from "./latency-regression.ts";
import { letterCaseChanged } from "./letter-case-changed.ts";
import { limitChanged } from "./limit-changed.ts";
import { malformedResponse } from "./malformed-response.ts";
import { methodAdded } from "./method-added.ts";
import { methodRemoved } from "./method-removed.ts";
import { noAnswer } from "./no-answer.ts";
import { nullToError } from "./null-to-error.ts";
import { nullToResult } from "./null-to-result.ts";
import { nullToValue } from "./null-to-value.ts";
import { nullVsAbsent } from "./null-vs-absent.ts";
import { resultToError } from "./result-to-error.ts";
import { resultToNull } from "./result-to-null.ts";
import { serialisationChanged } from "./serialisation-changed.ts";
import { sizeRegression } from "./size-regression.ts";
import { typeChanged } from "./type-changed.ts";
import { valueChanged } from "./value-changed.ts";
import { valueDrift } from "./value-drift.ts";
import { valueToNull } from "./value-to-null.ts";

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

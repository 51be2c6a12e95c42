/** Members that hold a secret whatever it looks like. Words apart or together, in any case: `api_key`, `apiKey`, `X-Api-Key`. */
const SECRET =
  /^(?:x[-_]?)?(?:pass(?:w(?:or)?d|[-_]?(?:phrase|code))?|pwd|pin(?:[-_]?code)?|(?:client|app|api|shared|auth|consumer|signing|jwt|webhook)?[-_]?secrets?(?:[-_]?(?:key|token|id))?|(?:api|app|access|auth|admin|account|application|subscription|ocp[-_]?apim[-_]?subscription|consumer|encryption|license|master|service|user|rpc|node|secret)[-_]?keys?|(?:access|refresh|auth|id|api|app|bearer|session|security|csrf|xsrf|user|login|secret|personal|private)[-_]?tokens?|priv(?:ate)?[-_]?keys?(?:[-_]?(?:hex|wif|pem))?|mnemonics?|seed(?:[-_]?(?:phrase|words|hex))?|recovery[-_]?(?:phrase|words)|authorization|jwt|bearer|credentials?|wif|xprv|otp|cookies?|session[-_]?id|sid)$/i;
/** Members whose name a key and public data share (a storage key, the token of a transfer): public forms may stay there. */
const DOUBTFUL =
  /^(?:x[-_]?)?(?:key|token|auth|sig|signature|session|login|user(?:[-_]?name)?|code|hash[-_]?key|e?mail)$/i;

/** Whether a member of JSON or a query holds a secret by its name. */
export const isSecretName = (name: string): boolean => name.length <= 60 && SECRET.test(name);

/** Whether it may hold one. */
export const isDoubtfulName = (name: string): boolean => name.length <= 60 && DOUBTFUL.test(name);

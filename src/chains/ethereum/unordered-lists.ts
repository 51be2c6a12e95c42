/**
 * Lists inside an answer whose order means nothing, as a method and a path pattern. Whole results that are sets are
 * said by the method's row in protocol/.
 */
export const UNORDERED_LISTS: readonly (readonly [method: string, pattern: string])[] = [
  // Geth builds access lists from a map (core/vm/access_list_tracer.go, accessList).
  ["eth_createAccessList", "/result/accessList"],
  ["eth_createAccessList", "/result/accessList/*/storageKeys"],
];

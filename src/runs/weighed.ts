/** Weights are multiples of 2^-20 and their squares of 2^-10: sums up to 10^9 and 10^12 calls are then exact in a double. */
const WEIGHT_STEPS = 2 ** 20;
const SQUARE_STEPS = 2 ** 10;

/**
 * A call's weight and its square as they are summed. Rounded so that adding is exact: the sums of a run do not depend on the
 * order of its answers, nor on how it was divided. The rounding itself is below one in a million.
 */
export function weighed(weight: number): { readonly weight: number; readonly square: number } {
  return {
    weight: Math.round(weight * WEIGHT_STEPS) / WEIGHT_STEPS,
    square: Math.round(weight * weight * SQUARE_STEPS) / SQUARE_STEPS,
  };
}

/**
 * Benjamini and Hochberg's adjusted p-values (q), in the order given: calling everything with q ≤ r a discovery keeps the
 * expected share of false ones among them at r or below.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => at(pValues, b) - at(pValues, a));
  const adjusted: number[] = Array.from({ length: pValues.length }, () => 1);
  let smallest = 1;
  for (const [position, index] of order.entries()) {
    const rank = pValues.length - position;
    smallest = Math.min(smallest, (at(pValues, index) * pValues.length) / rank);
    adjusted[index] = smallest;
  }
  return adjusted;
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 1;
}

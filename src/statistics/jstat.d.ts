/** The few functions of jstat that are used here; the package ships no types. */
declare module "jstat" {
  const jStat: {
    readonly normal: {
      inv(probability: number, mean: number, deviation: number): number;
      cdf(x: number, mean: number, deviation: number): number;
    };
    readonly chisquare: { inv(probability: number, degrees: number): number };
    /** Regularised incomplete beta function I_x(a, b). */
    ibeta(x: number, a: number, b: number): number;
  };
  export default jStat;
}

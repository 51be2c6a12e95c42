/** Numbers as the reasons write them. */

/** 198204 → `198,204`. */
export function whole(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** A rate with two significant digits, `0.0071`; with as many more as it takes to differ from `limit`. */
export function rate(value: number, limit?: number): string {
  for (let digits = 2; digits < 15; digits += 1) {
    const text = plain(value, digits);
    if (limit === undefined || value === limit || Number(text) !== limit) return text;
  }
  return String(value);
}

function plain(value: number, digits: number): string {
  if (!Number.isFinite(value)) return String(value);
  // toPrecision gives an exponent below 1e-6; a rate is easier to compare as a decimal.
  const text = Number(value.toPrecision(digits));
  return text !== 0 && Math.abs(text) < 1e-6
    ? text.toFixed(Math.min(100, digits - 1 - Math.floor(Math.log10(Math.abs(text)))))
    : String(text);
}

/** `1 call`, `3 calls`. */
export function plural(count: number, word: string): string {
  return `${whole(count)} ${word}${count === 1 ? "" : "s"}`;
}

/** Milliseconds as people say them: `24 h`, `90 min`, `12 s`. */
export function age(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48 && Number.isInteger(hours / 24)) return `${hours / 24} days`;
  if (hours >= 1) return `${Number(hours.toFixed(1))} h`;
  const minutes = ms / 60_000;
  return minutes >= 1 ? `${Number(minutes.toFixed(1))} min` : `${Number((ms / 1000).toFixed(1))} s`;
}

/** A number by the digits that say something of it alone, whatever stands beside it. */

/** `0.8312`, `1e-10`, `3`: whole numbers whole, others to `digits` significant ones. */
export function significantText(value: number, digits = 6): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(digits)));
}

/** Stands for a metric that has no value. */
export const dash = '–';

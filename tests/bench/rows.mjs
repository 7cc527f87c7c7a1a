/** Rows of the report, and what a list of measurements comes to. */

/** @typedef {import("../../scripts/bench.mjs").Row} Row */

/** @param {string} name @param {number} value @param {string} unit @param {number} budget @returns {Row} */
export function atMost(name, value, unit, budget) {
  return { name, value, unit, budget, holds: value <= budget };
}

/** @param {string} name @param {number} value @param {string} unit @param {number} budget @returns {Row} */
export function atLeast(name, value, unit, budget) {
  return { name, value, unit, budget, holds: value >= budget };
}

/** A row without a budget. @param {string} name @param {number} value @param {string} unit @returns {Row} */
export function information(name, value, unit) {
  return { name, value, unit, budget: null, holds: true };
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** @param {number[]} values */
export function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/** @param {number[]} values */
export function mean(values) {
  return sum(values) / values.length;
}

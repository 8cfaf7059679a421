/** The axis of a waterfall, and percentiles and texts of milliseconds. Pure. */

/** The axis of a turn extends to the budget's line up to this multiple of the total. */
const REACH = 3;
const MOST_TICKS = 5;

/**
 * The axis of one turn.
 * @returns {{begin: number, end: number}} in ms; holds all bars, and the budget's line if it is near.
 */
export function axisOf({ total, limit, stages, beside }) {
  const spans = [...stages, ...beside];
  const near = limit !== null && limit <= REACH * total ? limit : 0;
  const end = Math.max(total, near, ...spans.map(({ start, length }) => start + length), 1);
  return { begin: Math.min(0, ...spans.map(({ start }) => start)), end: end * 1.03 };
}

/** @returns {number[]} at most six round numbers of ms along an axis. */
export function ticks({ begin, end }) {
  const rough = (end - begin) / MOST_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const first = Math.ceil(begin / step);
  const count = Math.floor(end / step) - first + 1;
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}

/** @returns {number} the position of `at` on an axis, 0 to 1. */
export function place(at, { begin, end }) {
  return (at - begin) / (end - begin);
}

/** The percentile by nearest rank, a value that occurred. @returns {number|null} null if there is none. */
export function percentile(values, share) {
  if (!values.length) return null;
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** Milliseconds as text: whole numbers from 10 ms up, one decimal place below. */
export function inWords(ms) {
  return ms > 0 && ms < 10 ? `${Number(ms.toFixed(1))} ms` : `${Math.round(ms)} ms`;
}

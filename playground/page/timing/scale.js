/** Where milliseconds lie on a waterfall's axis, and what a set of them amounts to. Pure. */

/** How many times its total a turn's axis may be long, to have the budget's line on it. */
const REACH = 3;
const MOST_TICKS = 5;

/**
 * The axis of one turn.
 * @returns {{begin: number, end: number}} in ms: all bars are on it, and the budget's line if it is near.
 */
export function axisOf({ total, limit, stages, beside }) {
  const spans = [...stages, ...beside];
  const near = limit !== null && limit <= REACH * total ? limit : 0;
  const end = Math.max(total, near, ...spans.map(({ start, length }) => start + length), 1);
  return { begin: Math.min(0, ...spans.map(({ start }) => start)), end: end * 1.03 };
}

/** @returns {number[]} round numbers of ms along an axis, at most six. */
export function ticks({ begin, end }) {
  const rough = (end - begin) / MOST_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const first = Math.ceil(begin / step);
  const count = Math.floor(end / step) - first + 1;
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}

/** @returns {number} where `at` lies on an axis, 0 to 1. */
export function place(at, { begin, end }) {
  return (at - begin) / (end - begin);
}

/** The nearest-rank percentile: a value that did occur. @returns {number|null} null of none. */
export function percentile(values, share) {
  if (!values.length) return null;
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** Milliseconds as a reader wants them: whole, but for the very short. */
export function inWords(ms) {
  return ms > 0 && ms < 10 ? `${Number(ms.toFixed(1))} ms` : `${Math.round(ms)} ms`;
}

/** Faults of a stand-in as sliders see them: one share of replies for each kind. Pure. */

/** Kinds with a slider; the others stay as they were set. */
export const KINDS = {
  slow: "Slow, 6 times",
  drop: "Cut off half-way",
  stall: "Stops without a word",
  refuse: "Turned away",
};

/** @returns {number} the share of replies, 0 to 1, that a kind of fault strikes. */
export function shareOf(faults, kind) {
  return faults.find((fault) => fault.kind === kind)?.probability ?? 0;
}

/** @returns {object[]} the faults with another share for `kind`; 0 takes it away. */
export function withShare(faults, kind, probability) {
  const others = faults.filter((fault) => fault.kind !== kind);
  const known = faults.find((fault) => fault.kind === kind);
  return probability > 0 ? [...others, { ...known, kind, probability }] : others;
}

/** The faults of a stand-in, as one share of its replies for each kind. Pure. */

/** Kinds that have a slider; other kinds stay unchanged. */
export const KINDS = {
  slow: "6 times slower",
  drop: "Cut off halfway",
  stall: "Stalls",
  refuse: "Refused",
};

/** @returns {number} the share of replies, 0 to 1, that have this kind of fault. */
export function shareOf(faults, kind) {
  return faults.find((fault) => fault.kind === kind)?.probability ?? 0;
}

/** @returns {object[]} the faults with a new share for `kind`; 0 removes it. */
export function withShare(faults, kind, probability) {
  const others = faults.filter((fault) => fault.kind !== kind);
  const known = faults.find((fault) => fault.kind === kind);
  return probability > 0 ? [...others, { ...known, kind, probability }] : others;
}

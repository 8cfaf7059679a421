/**
 * Reads and checks one report of the topic `agent.latency`. Pure.
 *
 * Strict about what is drawn (a bar needs a length), lenient about the rest.
 */

import { KINDS } from "/page/timing/words.js";

export const VERSION = 1;
/** Milliseconds by which the sum of rounded stages may differ from the total. */
const ROUNDING = 1;

/** The message is not a valid report; the text says what is wrong with it. */
export class MalformedTurn extends Error {}

/**
 * @param {string} text one message.
 * @returns {object} `key`, equal for all reports of the same turn; `stages` and `beside`, each with `name`,
 *   `start`, `length` (ms), and `from`, `to` or `why`; `over`, the breaches `{stage, length, limit}`;
 *   `limit`, the budget of the total in ms or null; `late`, whether the total is over its limit;
 *   `doubt`, a warning if the stages do not sum to the total, else ""; `raw`, the report as it came.
 * @throws {MalformedTurn}
 */
export function readTurn(text) {
  const raw = parse(text);
  if (raw.v !== VERSION) wrong(`its version is ${raw.v}, and this page reads ${VERSION}`);
  if (!Object.hasOwn(KINDS, raw.kind)) wrong(`“${raw.kind}” is not a kind of turn`);
  const total = length(raw.total_ms, "total_ms");
  const stages = list(raw.stages, "stages").map((each) => ({
    ...span(each, "stages"),
    from: String(each.from ?? ""),
    to: String(each.to ?? ""),
  }));
  const beside = list(raw.beside ?? [], "beside").map((each) => ({
    ...span(each, "beside"),
    why: String(each.why ?? ""),
  }));
  const over = list(raw.budget?.breaches ?? [], "breaches").map(breach);
  const tier = Number(raw.budget?.tier);
  const limit = tier > 0 ? tier : null;
  return {
    key: `${raw.kind}/${raw.turn}/${raw.at}`,
    kind: raw.kind,
    number: Number.isInteger(raw.turn) ? raw.turn : null,
    call: String(raw.call ?? ""),
    total,
    stages,
    beside,
    flags: raw.flags ?? {},
    heard: String(raw.heard ?? ""),
    said: String(raw.said ?? ""),
    limit,
    over,
    late: (limit !== null && total > limit) || over.some(({ stage }) => stage === "total"),
    doubt: doubt(stages, total),
    raw,
  };
}

/** @returns {object|null} the longest stage. */
export function longest(turn) {
  return turn.stages.reduce((most, each) => (each.length > (most?.length ?? 0) ? each : most), null);
}

/** @returns {number|null} the limit in ms that this stage exceeded. */
export function brokenLimit(turn, name) {
  return turn.over.find((each) => each.stage === name)?.limit ?? null;
}

function parse(text) {
  let raw;
  try {
    raw = JSON.parse(text);
  } catch {
    wrong("it is not JSON");
  }
  if (raw === null || typeof raw !== "object" || Array.isArray(raw)) wrong("it is not a JSON object");
  return raw;
}

function span(each, where) {
  if (typeof each?.name !== "string" || !each.name) wrong(`one of ${where} has no name`);
  return {
    name: each.name,
    start: finite(each.start_ms, `start_ms of ${each.name}`),
    length: length(each.ms, `ms of ${each.name}`),
  };
}

function breach(each) {
  return {
    stage: String(each?.stage),
    length: length(each?.ms, "ms of a breach"),
    limit: length(each?.limit_ms, "limit_ms of a breach"),
  };
}

function doubt(stages, total) {
  const sum = stages.reduce((before, each) => before + each.length, 0);
  if (Math.abs(sum - total) <= ROUNDING) return "";
  return `The stages sum to ${Math.round(sum)} ms, not to the total: trust neither.`;
}

function list(value, name) {
  if (!Array.isArray(value)) wrong(`${name} is not a list`);
  return value;
}

function finite(value, name) {
  if (typeof value !== "number" || !Number.isFinite(value)) wrong(`${name} is not a number`);
  return value;
}

function length(value, name) {
  if (finite(value, name) < 0) wrong(`${name} is negative`);
  return value;
}

function wrong(what) {
  throw new MalformedTurn(what);
}

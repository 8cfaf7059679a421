/** The details shown for the part of a turn under pointer or focus. Pure. */

import { inWords } from "/page/timing/scale.js";
import { brokenLimit, longest } from "/page/timing/turn.js";
import { markWords, stageWords, whyWords } from "/page/timing/words.js";

/**
 * @typedef {{title: string, text: string, facts: string}} Details
 */

/** @returns {Details} of a stage on the critical path. */
export function ofStage(turn, stage) {
  const { label, text } = stageWords(stage.name);
  const limit = brokenLimit(turn, stage.name);
  return {
    title: `${label}, ${inWords(stage.length)}`,
    text: closed([text, betweenWords(stage)].filter(Boolean).join(": ")),
    facts: [
      spanWords(stage),
      turn.total > 0 && `${Math.round((100 * stage.length) / turn.total)} % of the total`,
      limit !== null && `limit ${inWords(limit)}, over by ${inWords(stage.length - limit)}`,
    ].filter(Boolean).join(" · "),
  };
}

/** @returns {Details} of what ran beside the path and cost the caller nothing. */
export function ofBeside(span) {
  const { label } = stageWords(span.name);
  return {
    title: `${label}, ${inWords(span.length)}, beside the path`,
    text: `Not in the total: ${whyWords(span.why) || "it ran beside the path"}.`,
    facts: spanWords(span),
  };
}

/** @returns {Details} of the whole turn: its longest stage. */
export function ofTurn(turn) {
  const most = longest(turn);
  if (!most) return { title: "No stages", text: "The agent reported only the total.", facts: "" };
  const { label, text } = stageWords(most.name);
  const share = Math.round((100 * most.length) / Math.max(turn.total, 1e-6));
  return {
    title: `Longest: ${label}, ${inWords(most.length)}`,
    text: closed(text),
    facts: `${share} % of the total`,
  };
}

function closed(text) {
  return text && `${text}.`;
}

function spanWords({ start, length }) {
  return `${Math.round(start)}–${Math.round(start + length)} ms`;
}

function betweenWords({ from, to }) {
  return from && to ? `${markWords(from)} → ${markWords(to)}` : "";
}

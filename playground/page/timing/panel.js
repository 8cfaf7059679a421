/** The timing of a call: the selected turn as a waterfall, the percentiles, and the list of turns. */

import { make } from "/page/element.js";
import { History, title } from "/page/timing/history.js";
import { Record } from "/page/timing/record.js";
import { inWords, percentile } from "/page/timing/scale.js";
import { MalformedTurn, brokenLimit, readTurn } from "/page/timing/turn.js";
import { Waterfall } from "/page/timing/waterfall.js";
import { GROUPS, KINDS, badges } from "/page/timing/words.js";

export class Panel {
  #parts;
  #waterfall;
  #history;
  #record = new Record();
  #unread = 0;

  /** @param {Object<string, HTMLElement>} parts of the page, by id. */
  constructor(parts) {
    this.#parts = parts;
    this.#waterfall = new Waterfall(parts.waterfall, parts.details);
    this.#history = new History(parts.history, (turn) => this.#show(turn));
    parts.legend.replaceChildren(
      ...Object.entries(GROUPS).map(([group, name]) => make("span", {}, make("i", { "data-group": group }), name)),
      make("span", {}, make("i.beside"), "Beside"),
      make("span", {}, make("i.budget"), "Budget"),
    );
    parts.save.addEventListener("click", () => this.#record.save());
    for (const event of ["pointerover", "focusin", "click"]) {
      parts.badges.addEventListener(event, ({ target }) => this.#waterfall.describe(target.closest(".badge")?.details));
    }
    for (const event of ["pointerleave", "focusout"]) {
      parts.badges.addEventListener(event, () => this.#waterfall.describe());
    }
    this.clear();
  }

  /** Reset for a new call. */
  clear() {
    this.#record.clear();
    this.#history.clear();
    this.#waterfall.clear();
    this.#unread = 0;
    this.#count();
    this.#parts["timing-body"].hidden = true;
    this.#parts["timing-empty"].hidden = false;
    this.#parts["timing-last"].textContent = "";
    this.#parts.unread.hidden = true;
  }

  /** Take one message of the topic `agent.latency`. */
  take(text) {
    let turn;
    try {
      turn = readTurn(text);
    } catch (error) {
      if (!(error instanceof MalformedTurn)) throw error;
      this.#leaveOut(text, error.message);
      return;
    }
    this.#record.turn(turn);
    this.#parts["timing-empty"].hidden = true;
    this.#parts["timing-body"].hidden = false;
    this.#history.add(turn);
    if (turn.kind === "turn") this.#parts["timing-last"].textContent = inWords(turn.total);
    this.#count();
  }

  /** Record one segment of the transcript for the file. */
  said(segment) {
    this.#record.said(segment);
    this.#parts.save.disabled = false;
  }

  #show(turn) {
    const parts = this.#parts;
    parts["turn-title"].textContent = title(turn);
    parts["turn-total"].textContent = inWords(turn.total);
    parts["turn-span"].textContent = KINDS[turn.kind].span;
    parts["turn-budget"].replaceChildren(...budgetWords(turn));
    parts.badges.replaceChildren(...badges(turn).map(badge));
    parts["turn-words"].textContent = turn.heard || turn.said ? `“${turn.heard || turn.said}”` : "";
    this.#waterfall.show(turn);
  }

  /** Show the percentiles of all turns; greetings and barge-ins measure something else. */
  #count() {
    const totals = this.#history.turns.filter(({ kind }) => kind === "turn").map(({ total }) => total);
    for (const [id, share] of [["p50", 0.5], ["p90", 0.9], ["p95", 0.95]]) {
      const value = percentile(totals, share);
      this.#parts[id].textContent = value === null ? "–" : inWords(value);
    }
    this.#parts["turn-count"].textContent = totals.length === 1 ? "1 turn" : `${totals.length} turns`;
    this.#parts.save.disabled = this.#record.empty;
  }

  #leaveOut(text, reason) {
    this.#record.unread(text, reason);
    this.#unread += 1;
    const times = this.#unread === 1 ? "One timing" : `${this.#unread} timings`;
    this.#parts.unread.textContent = `${times} could not be read. The last: ${reason}.`;
    this.#parts.unread.hidden = false;
  }
}

function badge({ label, text, tone }) {
  const button = make("button.badge", { type: "button", "data-tone": tone, "aria-label": `${label}: ${text}` }, label);
  button.details = { title: label, text, facts: "" };
  return make("li", {}, button);
}

function budgetWords(turn) {
  if (turn.limit === null) return [];
  const over = turn.total - Math.min(turn.limit, brokenLimit(turn, "total") ?? Infinity);
  const text = turn.late ? `${inWords(over)} over budget` : "within budget";
  return [make("span", { "data-tone": turn.late ? "bad" : "good" }, text)];
}

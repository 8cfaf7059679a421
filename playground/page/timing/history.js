/**
 * The turns of a call, newest first: number, total, a small bar in the colours of the parties. One is
 * chosen; the newest is chosen by itself until the reader chooses an older one.
 */

import { make, measure } from "/page/element.js";
import { rove, stopAt } from "/page/roving.js";
import { inWords } from "/page/timing/scale.js";
import { KINDS, badges, stageWords } from "/page/timing/words.js";

export class History {
  #place;
  #onChoose;
  /** Turns by key, oldest first. */
  #turns = new Map();
  #chosen = null;
  #follows = true;

  /** @param {HTMLElement} place a listbox. @param {(turn: object) => void} onChoose */
  constructor(place, onChoose) {
    this.#place = place;
    this.#onChoose = onChoose;
    rove(place, ".past");
    place.addEventListener("focusin", ({ target }) => this.#choose(target.closest(".past")));
    // A click gives no focus to an element in every browser.
    place.addEventListener("click", ({ target }) => target.closest(".past")?.focus());
  }

  get turns() {
    return [...this.#turns.values()];
  }

  clear() {
    this.#turns.clear();
    this.#chosen = null;
    this.#follows = true;
    this.#place.replaceChildren();
  }

  /** Add a turn, or put a later report of it in its place. */
  add(turn) {
    const isNew = !this.#turns.has(turn.key);
    this.#turns.set(turn.key, turn);
    if (isNew && this.#follows) this.#chosen = turn.key;
    this.#draw();
    if (this.#chosen === turn.key) this.#onChoose(turn);
  }

  #choose(item) {
    const key = item?.dataset.key;
    if (!key || key === this.#chosen) return;
    this.#chosen = key;
    this.#follows = key === [...this.#turns.keys()].at(-1);
    this.#mark();
    this.#onChoose(this.#turns.get(key));
  }

  #draw() {
    const focused = this.#place.contains(document.activeElement);
    const most = Math.max(1, ...this.turns.map(({ total }) => total));
    this.#place.replaceChildren(...this.turns.reverse().map((turn) => item(turn, most)));
    this.#mark();
    // What has the focus is what is chosen, and stays so.
    if (focused) this.#item(this.#chosen).focus({ preventScroll: true });
  }

  #mark() {
    for (const each of this.#place.children) {
      each.setAttribute("aria-selected", String(each.dataset.key === this.#chosen));
    }
    stopAt(this.#place.children, this.#item(this.#chosen));
  }

  #item(key) {
    return [...this.#place.children].find((each) => each.dataset.key === key);
  }
}

/** What a turn is called: "Turn 3", "Greeting". */
export function title({ kind, number }) {
  const { label } = KINDS[kind];
  return kind === "turn" && number !== null ? `${label} ${number}` : label;
}

function item(turn, most) {
  const notes = badges(turn).map(({ label }) => label);
  const spoken = [title(turn), inWords(turn.total), ...notes, turn.heard && `“${turn.heard}”`];
  const sign = turn.late ? "over" : turn.over.length > 0 && "stage";
  return make(
    "div.past",
    {
      role: "option",
      "data-key": turn.key,
      "data-kind": turn.kind,
      "data-over": turn.late ? "" : null,
      "aria-label": spoken.filter(Boolean).join(", "),
    },
    make("span.name", {}, title(turn)),
    measure(make("span.parts", {}, ...turn.stages.map(part)), { share: turn.total / most }),
    make("span.ms", {}, sign && make("span.sign", {}, sign), inWords(turn.total)),
  );
}

function part(stage) {
  const { party } = stageWords(stage.name);
  return measure(make("i", { "data-party": party }), { share: stage.length });
}

/**
 * The turns of a call, newest first: name, total, and a small bar in the colours of the groups of
 * stages. One turn is selected: the newest, until the user selects an older one.
 */

import { make, measure } from "/page/element.js";
import { rove, stopAt } from "/page/roving.js";
import { inWords } from "/page/timing/scale.js";
import { KINDS, badges, stageWords } from "/page/timing/words.js";

export class History {
  #place;
  #onSelect;
  /** Turns by key, oldest first. */
  #turns = new Map();
  #selected = null;
  #follows = true;

  /** @param {HTMLElement} place a listbox. @param {(turn: object) => void} onSelect */
  constructor(place, onSelect) {
    this.#place = place;
    this.#onSelect = onSelect;
    rove(place, ".past");
    place.addEventListener("focusin", ({ target }) => this.#select(target.closest(".past")));
    // Not every browser focuses an element on click.
    place.addEventListener("click", ({ target }) => target.closest(".past")?.focus());
  }

  get turns() {
    return [...this.#turns.values()];
  }

  clear() {
    this.#turns.clear();
    this.#selected = null;
    this.#follows = true;
    this.#place.replaceChildren();
  }

  /** Add a turn, or replace an earlier report of the same turn. */
  add(turn) {
    const isNew = !this.#turns.has(turn.key);
    this.#turns.set(turn.key, turn);
    if (isNew && this.#follows) this.#selected = turn.key;
    this.#draw();
    if (this.#selected === turn.key) this.#onSelect(turn);
  }

  #select(item) {
    const key = item?.dataset.key;
    if (!key || key === this.#selected) return;
    this.#selected = key;
    this.#follows = key === [...this.#turns.keys()].at(-1);
    this.#mark();
    this.#onSelect(this.#turns.get(key));
  }

  #draw() {
    const focused = this.#place.contains(document.activeElement);
    const most = Math.max(1, ...this.turns.map(({ total }) => total));
    this.#place.replaceChildren(...this.turns.reverse().map((turn) => item(turn, most)));
    this.#mark();
    // The selected turn had the focus: keep it there.
    if (focused) this.#item(this.#selected).focus({ preventScroll: true });
  }

  #mark() {
    for (const each of this.#place.children) {
      each.setAttribute("aria-selected", String(each.dataset.key === this.#selected));
    }
    stopAt(this.#place.children, this.#item(this.#selected));
  }

  #item(key) {
    return [...this.#place.children].find((each) => each.dataset.key === key);
  }
}

/** The name of a turn: "Turn 3", "Greeting". */
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
  const { group } = stageWords(stage.name);
  return measure(make("i", { "data-group": group }), { share: stage.length });
}

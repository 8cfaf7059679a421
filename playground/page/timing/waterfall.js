/**
 * One turn as bars: a row for each stage of the critical path, then for what ran beside it, all on one
 * axis. Pointing at, focusing or touching a row shows its details; the arrow keys move between rows.
 */

import { make, measure } from "/page/element.js";
import { rove, stopAt } from "/page/roving.js";
import { ofBeside, ofStage, ofTurn } from "/page/timing/details.js";
import { axisOf, inWords, place, ticks } from "/page/timing/scale.js";
import { brokenLimit, longest } from "/page/timing/turn.js";
import { stageWords } from "/page/timing/words.js";

/** Share of the axis around the budget's number in which no other number fits. */
const CROWDED = 0.17;

export class Waterfall {
  #place;
  #details;
  #turn = null;

  /** @param {HTMLElement} place for the bars. @param {HTMLElement} details for the text about one of them. */
  constructor(place, details) {
    this.#place = place;
    this.#details = details;
    rove(place, ".step");
    const point = ({ target }) => this.#point(target.closest(".step"));
    place.addEventListener("pointerover", point);
    place.addEventListener("focusin", point);
    place.addEventListener("click", point);
    place.addEventListener("pointerleave", () => this.#point(this.#focused));
    place.addEventListener("focusout", () => this.#point(null));
  }

  clear() {
    this.#turn = null;
    this.#place.replaceChildren();
    this.#details.replaceChildren();
  }

  /** @param {object} turn from `readTurn`. */
  show(turn) {
    const focused = this.#focused?.dataset.part;
    this.#turn = turn;
    const axis = axisOf(turn);
    const path = turn.stages.map((stage, index) => this.#step(stage, axis, `path-${index}`, ofStage(turn, stage)));
    const beside = turn.beside.map((span, index) => this.#step(span, axis, `beside-${index}`, ofBeside(span)));
    this.#place.replaceChildren(
      scaleOf(turn, axis),
      make("div.path", { role: "group", "aria-label": "Critical path" }, ...path),
    );
    if (beside.length) {
      this.#place.append(
        make("p.besides", {}, "Beside the path, not in the total"),
        make("div.beside", { role: "group", "aria-label": "Beside the path" }, ...beside),
      );
    }
    const steps = [...path, ...beside];
    const stop = steps.find(({ dataset }) => dataset.part === focused) ?? steps[0];
    stopAt(steps, stop);
    if (focused) stop?.focus({ preventScroll: true });
    this.#point(this.#focused);
  }

  /** @param {import("/page/timing/details.js").Details} [details] by default those of the whole turn. */
  describe(details) {
    if (!this.#turn) return;
    const { title, text, facts } = details ?? ofTurn(this.#turn);
    this.#details.replaceChildren(
      make("b", {}, title),
      make("span.facts", {}, facts),
      make("p", {}, details ? text : this.#turn.doubt || text),
    );
  }

  get #focused() {
    return document.activeElement?.closest(".step") ?? null;
  }

  #step(span, axis, part, { title, text, facts }) {
    const turn = this.#turn;
    const onPath = part.startsWith("path");
    const limit = onPath ? brokenLimit(turn, span.name) : null;
    const { group, label } = stageWords(span.name);
    const step = make(
      "button.step",
      {
        type: "button",
        "data-part": part,
        "data-group": group,
        "data-over": limit !== null ? "" : null,
        "data-longest": onPath && span === longest(turn) ? "" : null,
        "aria-label": [title, facts, text].filter(Boolean).join(". "),
      },
      make("span.name", {}, label),
      lane(span, axis, limit),
      make("span.ms", {}, inWords(span.length)),
    );
    step.details = { title, text, facts };
    return step;
  }

  #point(step) {
    for (const other of this.#place.querySelectorAll(".described")) other.classList.remove("described");
    step?.classList.add("described");
    this.describe(step?.details);
  }
}

/** The axis with its numbers and the budget's line. */
function scaleOf(turn, axis) {
  const { limit } = turn;
  const drawn = limit !== null && limit <= axis.end;
  const line = (name, at, text) => measure(make(`i.${name}`, {}, text), { at: place(at, axis) });
  const marks = ticks(axis).map((at) => {
    const crowded = drawn && Math.abs(place(at, axis) - place(limit, axis)) < CROWDED;
    return line("tick", at, crowded ? "" : String(at));
  });
  return make("div.scale", { "aria-hidden": "true" }, ...marks, drawn && line("budget", limit, String(limit)));
}

/** The bar, and a line where it should have ended. */
function lane(span, axis, limit) {
  const bar = measure(make("i.bar"), {
    start: place(span.start, axis),
    share: place(span.start + span.length, axis) - place(span.start, axis),
  });
  const mark = limit !== null && measure(make("i.limit"), { at: place(span.start + limit, axis) });
  return make("span.lane", {}, bar, mark);
}

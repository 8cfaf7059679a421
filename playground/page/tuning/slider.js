/** A labelled slider that shows its value, and reports it when released. */

import { make } from "/page/element.js";

export class Slider {
  #input;
  #value = make("span.value");
  #note = make("span.note");
  #unit;
  #held = false;

  /**
   * @param {{label: string, whose: string, unit: string, max: number, step: number}} look `whose` names
   *   its group to screen readers.
   * @param {(value: number) => void} onChange
   */
  constructor({ label, whose, unit, max, step }, onChange) {
    this.#unit = unit;
    const name = `${whose}: ${label}`;
    this.#input = make("input", { type: "range", min: 0, max, step, value: 0, "aria-label": name });
    this.row = make("label.slider", {}, make("span.what", {}, label, this.#note), this.#value, this.#input);
    this.#input.addEventListener("input", () => {
      this.#held = true;
      this.#showValue();
    });
    this.#input.addEventListener("change", () => {
      this.#held = false;
      onChange(this.#input.valueAsNumber);
    });
  }

  /** Show a value, unless the user is moving the slider. */
  set(value) {
    if (this.#held) return;
    // A value set elsewhere may exceed the maximum.
    if (value > Number(this.#input.max)) this.#input.max = value;
    this.#input.value = value;
    this.#showValue();
  }

  /** A short note beside the label. */
  note(text) {
    this.#note.textContent = text;
  }

  #showValue() {
    const text = `${Number(this.#input.valueAsNumber.toFixed(1))} ${this.#unit}`;
    this.#value.textContent = text;
    this.#input.setAttribute("aria-valuetext", text);
  }
}

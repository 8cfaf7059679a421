/**
 * Optimisations that the agent lets the caller switch in mid-call, by its RPC method `agent.switches`.
 * An agent that does not answer it has none, and nothing is shown.
 */

import { make } from "/page/element.js";

export const METHOD = "agent.switches";
/** Milliseconds before each further question: an agent answers once its session has begun. */
const AGAIN = [500, 1000, 2000, 4000];
/** As the worker's TTS_PARALLEL allows. */
const MOST_PARALLEL = 8;

const SWITCHES = {
  cache: ["Phrase cache", "Play what was said before without asking the provider."],
  hedge: ["Hedge", "Ask a second time when the first answer is late."],
  first_clause: ["First clause", "Speak the first clause before the sentence is whole."],
};
const PARALLEL = ["Parallel", "How many pieces of a reply are made at once."];

export class Switches {
  #place;
  #ask;
  #onAvailable;
  #agent = null;
  #round = 0;
  #controls = new Map();
  /** The number of the last request: only its answer counts. */
  #last = 0;
  #problem = make("p.problem", { hidden: "" });

  /**
   * @param {HTMLElement} place
   * @param {(method: string, payload: string) => Promise<string>} ask the agent.
   * @param {(available: boolean) => void} onAvailable
   */
  constructor(place, ask, onAvailable) {
    this.#place = place;
    this.#ask = ask;
    this.#onAvailable = onAvailable;
  }

  /** @param {string|null} agent the identity of the agent in the room; null for none. */
  async follow(agent) {
    if (agent === this.#agent) return;
    this.#agent = agent;
    // An agent of the next call may have the same identity.
    const round = (this.#round += 1);
    this.#last += 1;
    this.#controls.clear();
    this.#place.replaceChildren();
    this.#onAvailable(false);
    if (agent === null) return;
    for (const pause of AGAIN) {
      const state = await this.#request({});
      if (round !== this.#round) return;
      if (state) {
        this.#build(state);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (round !== this.#round) return;
    }
  }

  /** @returns {Promise<object|null>} the state that the agent answers; null if it does not. */
  async #request(changes) {
    try {
      const state = JSON.parse(await this.#ask(METHOD, JSON.stringify(changes)));
      return state !== null && typeof state === "object" ? state : null;
    } catch {
      return null;
    }
  }

  async #change(name, value) {
    const number = (this.#last += 1);
    const state = await this.#request({ [name]: value });
    if (number !== this.#last) return;
    this.#problem.hidden = state !== null;
    this.#problem.textContent = state ? "" : "The agent did not take the change.";
    this.#sync(state ?? (await this.#request({})) ?? {});
  }

  #build(state) {
    for (const [name, [label, text]] of Object.entries(SWITCHES)) {
      if (typeof state[name] === "boolean") this.#controls.set(name, toggle(name, label, text));
    }
    if (Number.isInteger(state.parallel)) this.#controls.set("parallel", stepper(...PARALLEL));
    if (!this.#controls.size) return;
    for (const [name, { input, value }] of this.#controls) {
      input.addEventListener("change", () => this.#change(name, value()));
    }
    this.#place.append(...[...this.#controls.values()].map(({ row }) => row), this.#problem);
    this.#sync(state);
    this.#onAvailable(true);
  }

  #sync(state) {
    for (const [name, { set }] of this.#controls) if (name in state) set(state[name]);
  }
}

function toggle(name, label, text) {
  const input = make("input", { type: "checkbox", role: "switch", name });
  return {
    input,
    row: make("label.switch", {}, words(label, text), input),
    value: () => input.checked,
    set: (value) => (input.checked = value),
  };
}

function stepper(label, text) {
  const input = make("input", { type: "range", name: "parallel", min: 1, max: MOST_PARALLEL });
  const shown = make("span.value");
  input.addEventListener("input", () => (shown.textContent = input.value));
  return {
    input,
    row: make("label.slider", {}, words(label, text), shown, input),
    value: () => input.valueAsNumber,
    set(value) {
      input.value = value;
      shown.textContent = value;
    },
  };
}

function words(label, text) {
  return make("span.what", {}, make("b", {}, label), make("small", {}, text));
}

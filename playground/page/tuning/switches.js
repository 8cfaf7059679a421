/**
 * Optimisations that an operator can switch during a call, by the agent's RPC method `agent.switches`.
 * If the agent does not answer, nothing is shown.
 */

import { make } from "/page/element.js";

export const METHOD = "agent.switches";
/** Milliseconds before each further request: an agent answers once its session has started. */
const RETRY_AFTER = [500, 1000, 2000, 4000];
/** The largest value of the worker's TTS_PARALLEL. */
const MOST_PARALLEL = 8;

const SWITCHES = {
  cache: ["Phrase cache", "Play stored audio instead of asking the TTS."],
  hedge: ["Hedge", "Send a second request when the first is late."],
  first_clause: ["First clause", "Synthesise the first clause before the sentence is complete."],
};
const PARALLEL = ["Parallel", "How many Segments of a reply are synthesised at once."];

export class Switches {
  #place;
  #ask;
  #onAvailable;
  #agent = null;
  #round = 0;
  #controls = new Map();
  /** Number of the last request; answers to earlier ones are ignored. */
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
    // The agent of the next call may have the same identity.
    const round = (this.#round += 1);
    this.#last += 1;
    this.#controls.clear();
    this.#place.replaceChildren();
    this.#onAvailable(false);
    if (agent === null) return;
    for (const pause of RETRY_AFTER) {
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

  /** @returns {Promise<object|null>} the state in the agent's answer; null if there is none. */
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
    this.#problem.textContent = state ? "" : "The agent did not accept the change.";
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

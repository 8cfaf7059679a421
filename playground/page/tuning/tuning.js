/** The section of what can be changed: the agent's switches, and the sandbox's weather. */

import { Switches } from "/page/tuning/switches.js";
import { Weather } from "/page/tuning/weather.js";

export class Tuning {
  #parts;
  #switches;
  #weather = null;
  #onShown;

  /**
   * @param {Object<string, HTMLElement>} parts of the page, by id.
   * @param {(method: string, payload: string) => Promise<string>} ask the agent.
   * @param {(shown: boolean) => void} onShown
   */
  constructor(parts, ask, onShown) {
    this.#parts = parts;
    this.#onShown = onShown;
    this.#switches = new Switches(parts.switches, ask, (available) => {
      parts["switches-group"].hidden = !available;
      this.#settle();
    });
  }

  /** @param {string|null} agent the identity of the agent in the room; null for none. */
  follow(agent) {
    this.#switches.follow(agent);
  }

  /** @param {string[]} providers whose stand-ins the page's server lets it change. */
  simulate(providers) {
    if (!providers.length) return;
    this.#weather = new Weather(this.#parts.weather, providers);
    this.#parts["weather-group"].hidden = false;
    this.#settle();
    this.refresh();
  }

  /** Count again what the stand-ins did. */
  refresh() {
    this.#weather?.refresh();
  }

  #settle() {
    const { tuning } = this.#parts;
    tuning.hidden = this.#parts["switches-group"].hidden && this.#parts["weather-group"].hidden;
    this.#onShown(!tuning.hidden);
  }
}

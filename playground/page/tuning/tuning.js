/** The tuning section: the agent's switches, and the delays and faults of the sandbox's stand-ins. */

import { StandIns } from "/page/tuning/stand_ins.js";
import { Switches } from "/page/tuning/switches.js";

export class Tuning {
  #parts;
  #switches;
  #standIns = null;
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

  /** @param {string[]} providers whose stand-ins can be changed through the page's server. */
  simulate(providers) {
    if (!providers.length) return;
    this.#standIns = new StandIns(this.#parts["stand-ins"], providers);
    this.#parts["stand-ins-group"].hidden = false;
    this.#settle();
    this.refresh();
  }

  /** Fetch the counters of the stand-ins again. */
  refresh() {
    this.#standIns?.refresh();
  }

  #settle() {
    const { tuning } = this.#parts;
    tuning.hidden = this.#parts["switches-group"].hidden && this.#parts["stand-ins-group"].hidden;
    this.#onShown(!tuning.hidden);
  }
}

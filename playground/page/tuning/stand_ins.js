/**
 * Sliders for the delays and faults of the sandbox's stand-ins. Changes go through the page's own
 * server, which knows stand-ins only when the sandbox started it.
 */

import { make } from "/page/element.js";
import { KINDS, shareOf, withShare } from "/page/tuning/faults.js";
import { Slider } from "/page/tuning/slider.js";

const FIRST_BYTE = { field: "first_byte", max: 2000, step: 10, scale: 1000 };
const PER_CHARACTER = { field: "per_character", label: "Per character", max: 20, step: 0.1, scale: 1000 };

/** Name, role and sliders (fields of `Latency`) of each provider, in the order of a turn. */
const PROVIDERS = {
  deepgram: ["Deepgram", "STT", [{ ...FIRST_BYTE, label: "Final transcript after" }]],
  openai: ["OpenAI", "LLM", [{ ...FIRST_BYTE, label: "First token after" }]],
  sarvam: ["Sarvam", "TTS", [{ ...FIRST_BYTE, label: "First audio after" }, PER_CHARACTER]],
  cartesia: ["Cartesia", "fallback TTS", [{ ...FIRST_BYTE, label: "First audio after" }, PER_CHARACTER]],
};

export class StandIns {
  #states = {};
  #groups = new Map();
  #network;
  /** Error texts by provider. */
  #problems = new Map();
  #problem = make("p.problem", { hidden: "" });

  /** @param {HTMLElement} place @param {string[]} providers that have a stand-in. */
  constructor(place, providers) {
    const known = Object.keys(PROVIDERS).filter((name) => providers.includes(name));
    this.#network = new Slider({ label: "Network round trip", whose: "All", unit: "ms", max: 400, step: 5 }, (value) =>
      this.#everywhere(() => ({ latency: { round_trip: value / 1000 } })),
    );
    for (const name of known) this.#groups.set(name, this.#group(name));
    const reset = make("button", { type: "button" }, "Reset");
    reset.addEventListener("click", () => this.#everywhere((name) => this.#states[name].initial));
    place.append(this.#network.row, ...[...this.#groups.values()].map(({ box }) => box), this.#problem, reset);
  }

  /** Fetch the state of all stand-ins. */
  async refresh() {
    const states = await request("/api/stand-ins");
    for (const name of this.#groups.keys()) this.#show(name, states[name] ?? states);
  }

  async #everywhere(changeOf) {
    await Promise.all([...this.#groups.keys()].map((name) => this.#states[name] && this.#change(name, changeOf(name))));
  }

  async #change(name, change) {
    const state = await request(`/api/stand-ins/${name}`, { method: "POST", body: JSON.stringify(change) });
    this.#show(name, state);
  }

  #show(name, state) {
    const group = this.#groups.get(name);
    this.#report(name, state.error);
    if (state.error) return;
    this.#states[name] = state;
    for (const [field, { slider, scale }] of group.delays) slider.set(state.latency[field] * scale);
    for (const [kind, slider] of group.faults) {
      slider.set(shareOf(state.faults, kind) * 100);
      slider.note(state.stats[`faults_${kind}`] ? `occurred ${state.stats[`faults_${kind}`]}×` : "");
    }
    group.summary.textContent = summary(state);
    this.#network.set(state.latency.round_trip * 1000);
  }

  #report(name, error) {
    if (error) this.#problems.set(name, error);
    else this.#problems.delete(name);
    this.#problem.textContent = [...new Set(this.#problems.values())].join(" ");
    this.#problem.hidden = this.#problems.size === 0;
  }

  #group(name) {
    const [label, role, fields] = PROVIDERS[name];
    const delays = new Map(
      fields.map(({ field, scale, ...look }) => {
        const set = (value) => this.#change(name, { latency: { [field]: value / scale } });
        return [field, { slider: new Slider({ unit: "ms", whose: label, ...look }, set), scale }];
      }),
    );
    const faults = new Map(
      Object.entries(KINDS).map(([kind, text]) => {
        const set = (value) => {
          const faults = withShare(this.#states[name]?.faults ?? [], kind, value / 100);
          this.#change(name, { faults });
        };
        return [kind, new Slider({ label: text, whose: label, unit: "%", max: 50, step: 1 }, set)];
      }),
    );
    const brief = make("span.brief");
    const head = make("summary", {}, make("b", {}, label), ` ${role}`, brief);
    const rows = [...delays.values()].map(({ slider }) => slider.row).concat([...faults.values()].map(({ row }) => row));
    const box = make("details", { "data-provider": name }, head, make("div.sliders", {}, ...rows));
    return { box, delays, faults, summary: brief };
  }
}

/** The text of a closed group: its delay and its faults. */
function summary({ latency, faults }) {
  const active = faults.map(({ kind, probability }) => `${kind} ${Math.round(probability * 100)} %`);
  return [`${Math.round(latency.first_byte * 1000)} ms`, ...active].join(", ");
}

/** @returns {Promise<object>} the answer, or `{error}` with a text for the user. */
async function request(path, options) {
  try {
    const response = await fetch(path, options);
    const answer = await response.json();
    return response.ok || answer.error ? answer : { error: response.statusText };
  } catch {
    return { error: "The playground's server does not answer." };
  }
}

/** Updates the page outside the transcript from snapshots of the call. */

import { IN_CALL, JOINED, clock, describe } from "/page/state.js";

const START = { idle: "Start call", failed: "Try again", ended: "Call again" };
const MICROPHONE = { live: "Microphone on", muted: "Microphone muted", none: "No microphone" };
const PROVIDERS = { sarvam: "Sarvam", deepgram: "Deepgram", openai: "OpenAI", cartesia: "Cartesia" };

export class View {
  #parts = Object.fromEntries([...document.querySelectorAll("[id]")].map((part) => [part.id, part]));
  /** Visible notices by key. */
  #notices = new Map();
  #act;
  #inCall = false;

  /** @param {(key: string) => void} act called when the button of the notice `key` is pressed. */
  constructor(act) {
    this.#act = act;
  }

  get parts() {
    return this.#parts;
  }

  /** Show the LiveKit server and the simulated providers. */
  introduce({ livekitUrl, agentName, simulated }) {
    const { server, start } = this.#parts;
    const host = new URL(livekitUrl).host;
    server.textContent = agentName ? `${agentName} on LiveKit ${host}` : `LiveKit ${host}`;
    server.hidden = false;
    if (simulated.length) {
      const names = simulated.map((name) => PROVIDERS[name] ?? name);
      this.#parts["simulated-names"].textContent = names.join(", ");
      this.#parts.simulated.hidden = false;
      // The stand-in LLM knows only these subjects.
      this.#parts.tries.hidden = !simulated.includes("openai");
    }
    start.disabled = false;
  }

  /** @param {object} snapshot of `Call` */
  show(snapshot) {
    const { phase, microphone } = snapshot;
    const { form, word, hint } = describe(snapshot);
    const inCall = IN_CALL.has(phase);
    document.body.dataset.form = form;
    document.body.dataset.phase = phase;
    this.#text("word", word);
    this.#text("hint", hint);
    this.#text("microphone-word", MICROPHONE[microphone]);
    this.#text("mute-word", microphone === "muted" ? "Unmute" : "Mute");
    this.#parts["mute-icon"].setAttribute("href", microphone === "muted" ? "#i-muted" : "#i-microphone");
    this.#parts.mute.dataset.state = microphone;
    this.#parts.mute.disabled = microphone === "none";
    this.#parts.microphone.dataset.state = microphone;
    for (const id of ["mute", "hang-up", "microphone"]) this.#parts[id].hidden = !inCall;
    this.#parts.start.hidden = inCall;
    if (!inCall) this.#text("start-word", START[phase]);
    this.#compose(JOINED.has(phase));
    if (inCall !== this.#inCall) this.#keepFocus(inCall);
    this.#inCall = inCall;
  }

  /** @param {{key: string, tone: string, title: string, text: string, action?: string}} notice */
  notice(notice) {
    const box = document.createElement("div");
    box.className = `notice ${notice.tone}`;
    box.dataset.key = notice.key;
    const title = document.createElement("b");
    title.textContent = notice.title;
    const text = document.createElement("p");
    text.textContent = notice.text;
    box.append(title, text);
    if (notice.action) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = notice.action;
      button.addEventListener("click", () => this.#act(notice.key));
      box.append(button);
    }
    const old = this.#notices.get(notice.key);
    if (old) old.replaceWith(box);
    else this.#parts.notices.append(box);
    this.#notices.set(notice.key, box);
  }

  /** Remove the notice `key`, or all notices. */
  clear(key) {
    for (const [name, box] of this.#notices) {
      if (key !== undefined && name !== key) continue;
      box.remove();
      this.#notices.delete(name);
    }
  }

  /** @param {number|null} seconds since the room was joined */
  time(seconds) {
    this.#parts.timer.hidden = seconds === null;
    if (seconds !== null) this.#text("timer", clock(seconds));
  }

  /** Draw the loudness of both sides, each 0 to 1. */
  levels(caller, agent) {
    this.#parts.meter.style.setProperty("--level", caller.toFixed(3));
    this.#parts.figure.style.setProperty("--caller", caller.toFixed(3));
    this.#parts.figure.style.setProperty("--agent", agent.toFixed(3));
  }

  #compose(open) {
    const { message, send } = this.#parts;
    message.disabled = send.disabled = !open;
    message.placeholder = open ? "Type to the agent" : "Start a call to type";
  }

  /** The pressed button is hidden now: move the keyboard's focus to its replacement. */
  #keepFocus(inCall) {
    const { start, word } = this.#parts;
    const focused = document.activeElement;
    if (focused && focused !== document.body && focused !== word && !focused.hidden) return;
    (inCall ? word : start).focus({ preventScroll: true });
  }

  #text(id, value) {
    // Screen readers announce every write to a live region, even of the same text.
    if (this.#parts[id].textContent !== value) this.#parts[id].textContent = value;
  }
}

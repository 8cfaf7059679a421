/** The transcript on the page: a bubble for each turn, with a line for each segment. */

import { clock } from "/page/state.js";

const NAMES = { caller: "You", agent: "Agent" };
/** The log keeps scrolling while it is within this many pixels of its end. */
const NEAR = 64;

export class Log {
  #lines;
  #empty;
  #announcer;
  /** Seconds since the call began, for the time beside each turn. */
  #elapsed;
  /** Line elements by segment id. */
  #byId = new Map();
  /** Whether the log is scrolled to its end and should stay there. */
  #follows = true;

  /**
   * @param {{lines: HTMLElement, empty: HTMLElement, announcer: HTMLElement}} places
   * @param {() => number} elapsed
   */
  constructor({ lines, empty, announcer }, elapsed) {
    this.#lines = lines;
    this.#empty = empty;
    this.#announcer = announcer;
    this.#elapsed = elapsed;
    lines.addEventListener("scroll", () => {
      this.#follows = lines.scrollHeight - lines.scrollTop - lines.clientHeight < NEAR;
    });
    // A notice or a rotated phone makes the log smaller.
    new ResizeObserver(() => this.#follow()).observe(lines);
  }

  clear() {
    this.#byId.clear();
    this.#follows = true;
    this.#lines.replaceChildren(this.#empty);
    this.#announcer.replaceChildren();
    this.#empty.hidden = false;
  }

  /** Show a new segment, or replace the text of a known one. */
  show(segment) {
    this.#empty.hidden = true;
    let line = this.#byId.get(segment.id);
    if (!line) {
      line = document.createElement("p");
      line.dir = "auto";
      this.#turn(segment).append(line);
      this.#byId.set(segment.id, line);
    }
    line.textContent = segment.text;
    line.classList.toggle("interim", !segment.final);
    if (segment.final) this.#announce(segment);
    this.#follow();
  }

  #follow() {
    if (this.#follows) this.#lines.scrollTop = this.#lines.scrollHeight;
  }

  /** The turn of a new segment: the last one if it is of the same side, else a new one. */
  #turn({ speaker, typed }) {
    const last = this.#lines.lastElementChild;
    if (last?.dataset.speaker === speaker && last.dataset.typed === String(typed)) return last;
    const turn = document.createElement("article");
    turn.className = "turn";
    turn.dataset.speaker = speaker;
    turn.dataset.typed = String(typed);
    const head = document.createElement("header");
    const name = document.createElement("b");
    name.textContent = typed ? `${NAMES[speaker]}, typed` : NAMES[speaker];
    const time = document.createElement("time");
    time.textContent = clock(this.#elapsed());
    head.append(name, " ", time);
    turn.append(head);
    this.#lines.append(turn);
    return turn;
  }

  #announce({ speaker, text }) {
    const line = document.createElement("p");
    line.textContent = `${NAMES[speaker]}: ${text}`;
    this.#announcer.append(line);
  }
}

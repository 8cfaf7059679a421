/** One call as a file: the transcript, and the timing of every turn as it came. */

export class Record {
  #turns = new Map();
  #said = new Map();
  #unread = [];
  #call = "";

  get empty() {
    return this.#turns.size + this.#said.size === 0;
  }

  clear() {
    this.#turns.clear();
    this.#said.clear();
    this.#unread = [];
    this.#call = "";
  }

  /** @param {object} turn from `readTurn`; a later report replaces an earlier one. */
  turn({ key, call, raw }) {
    this.#call ||= call;
    this.#turns.set(key, raw);
  }

  /** @param {{id: string, speaker: string, text: string, final: boolean, typed: boolean}} segment */
  said({ id, ...segment }) {
    const at = this.#said.get(id)?.at ?? Date.now() / 1000;
    this.#said.set(id, { ...segment, at });
  }

  /** Record a message that could not be read, and why. */
  unread(text, reason) {
    this.#unread.push({ text, reason });
  }

  /** `at` of a segment is when the page first showed it, in Unix seconds by this machine's clock. */
  toJSON() {
    return {
      v: 1,
      call: this.#call,
      saved: new Date().toISOString(),
      turns: [...this.#turns.values()],
      transcript: [...this.#said.values()],
      unread: this.#unread,
    };
  }

  /** Download the file. */
  save() {
    const file = new Blob([`${JSON.stringify(this, null, 2)}\n`], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `${this.#call || "call"}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

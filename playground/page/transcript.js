/**
 * What was said, as an ordered list of segments. Pure but for reading the streams it is given.
 *
 * The worker sends the caller's words as one stream for each guess, every one with the whole text so
 * far and the same `lk.segment_id`, and marks the last with `lk.transcription_final`. The agent's
 * words are one stream for each segment, which grows while it speaks and is final when it closes.
 */

export class Transcript {
  /** Segments by id, in the order in which they began. */
  #segments = new Map();
  #onChange;

  /** @param {(segment: object) => void} onChange called with each new or changed segment. */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** @param {{id: string, speaker: "caller"|"agent", text: string, final: boolean, typed?: boolean}} update */
  update({ id, speaker, text, final, typed = false }) {
    const known = this.#segments.get(id);
    // A guess that arrives late must not undo what is final.
    if (known?.final || (!known && !text.trim())) return;
    const segment = { id, speaker, text: text.trim(), final, typed };
    this.#segments.set(id, segment);
    this.#onChange(segment);
  }

  /** Everything that is still open is final as it stands: the call is over. */
  close() {
    for (const segment of this.#segments.values()) this.update({ ...segment, final: true });
  }

  /** Follow one text stream of the topic `lk.transcription` to its end. */
  async follow(reader, speaker) {
    const id = reader.info.attributes?.["lk.segment_id"] ?? reader.info.id;
    let text = "";
    try {
      for await (const piece of reader) {
        text += piece;
        if (speaker === "agent") this.update({ id, speaker, text, final: false });
      }
    } catch {
      // A stream that breaks off ends its segment: what came is what was said.
    }
    const marked = reader.info.attributes?.["lk.transcription_final"] === "true";
    this.update({ id, speaker, text, final: marked || speaker === "agent" });
  }
}

/**
 * The transcript as an ordered list of segments. Pure except for reading the given streams.
 *
 * The worker sends each interim transcript of the caller as a stream with the whole text so far and the
 * same `lk.segment_id`, and marks the last with `lk.transcription_final`. The agent's words come as one
 * stream for each segment, which grows while the agent speaks and is final when it closes.
 */

export class Transcript {
  /** Segments by id, in the order of their beginnings. */
  #segments = new Map();
  #onChange;

  /** @param {(segment: object) => void} onChange called with each new or changed segment. */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** @param {{id: string, speaker: "caller"|"agent", text: string, final: boolean, typed?: boolean}} update */
  update({ id, speaker, text, final, typed = false }) {
    const known = this.#segments.get(id);
    // A late interim transcript must not replace a final one.
    if (known?.final || (!known && !text.trim())) return;
    const segment = { id, speaker, text: text.trim(), final, typed };
    this.#segments.set(id, segment);
    this.#onChange(segment);
  }

  /** End the call: interim segments become final as they are. */
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
      // A stream that is cut off ends its segment with the text received so far.
    }
    const marked = reader.info.attributes?.["lk.transcription_final"] === "true";
    this.update({ id, speaker, text, final: marked || speaker === "agent" });
  }
}

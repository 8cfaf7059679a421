/** The agent as the caller meets it: whether it has come, what it does, and its voice. */

import { RoomEvent, Track } from "/vendor/livekit-client.esm.mjs";

/** Milliseconds without an agent before the page says so; a cold worker process takes about four seconds. */
const PATIENCE = 8000;
const STATE = "lk.agent.state";

export class Agent {
  #room;
  #speakers;
  #onChange;
  #participant = null;
  #patience;
  /** @type {"awaited"|"absent"|"present"|"left"} */
  presence = "awaited";
  /** @type {MediaStreamTrack|null} the agent's voice. */
  mediaTrack = null;

  /**
   * @param {Room} room not yet connected.
   * @param {HTMLElement} speakers where the audio elements are put.
   * @param {() => void} onChange called when anything above has changed.
   */
  constructor(room, speakers, onChange) {
    this.#room = room;
    this.#speakers = speakers;
    this.#onChange = onChange;
    room
      .on(RoomEvent.ParticipantConnected, (participant) => this.#meet(participant))
      .on(RoomEvent.ParticipantDisconnected, (participant) => this.#part(participant))
      .on(RoomEvent.ParticipantAttributesChanged, (changed) => STATE in changed && onChange())
      .on(RoomEvent.TrackSubscribed, (track, _, participant) => this.#hear(track, participant))
      .on(RoomEvent.TrackUnsubscribed, (track) => this.#unhear(track));
  }

  /** @returns {string|undefined} listening, thinking, speaking, initializing or idle. */
  get state() {
    return this.#participant?.attributes[STATE];
  }

  /** @returns {string|null} its identity while it is in the room. */
  get identity() {
    return this.#participant?.identity ?? null;
  }

  /** @returns {boolean} whether this participant is an agent, met by `await` already or not. */
  is(identity) {
    return this.#room.remoteParticipants.get(identity)?.isAgent ?? false;
  }

  /** @returns {"agent"|"caller"|null} whose words these are; null for those of somebody else. */
  speaker(identity) {
    if (identity === this.#room.localParticipant.identity) return "caller";
    return this.is(identity) ? "agent" : null;
  }

  /** Look who is there already, and begin to wait for an agent if none is. */
  await() {
    for (const participant of this.#room.remoteParticipants.values()) this.#meet(participant);
    if (this.#participant) return;
    this.#patience = setTimeout(() => {
      this.presence = "absent";
      this.#onChange();
    }, PATIENCE);
  }

  close() {
    clearTimeout(this.#patience);
    this.#speakers.replaceChildren();
    this.mediaTrack = null;
  }

  #meet(participant) {
    if (!participant.isAgent || this.#participant) return;
    clearTimeout(this.#patience);
    this.#participant = participant;
    this.presence = "present";
    this.#onChange();
  }

  #part(participant) {
    if (participant !== this.#participant) return;
    this.#participant = null;
    this.presence = "left";
    this.#onChange();
  }

  #hear(track, participant) {
    if (track.kind !== Track.Kind.Audio) return;
    this.#speakers.append(track.attach());
    if (participant.isAgent) this.mediaTrack = track.mediaStreamTrack;
    this.#onChange();
  }

  #unhear(track) {
    for (const element of track.detach()) element.remove();
    if (track.mediaStreamTrack === this.mediaTrack) this.mediaTrack = null;
    this.#onChange();
  }
}

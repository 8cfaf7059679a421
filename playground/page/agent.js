/** The agent in the room: whether it has joined, its state and its audio track. */

import { RoomEvent, Track } from "/vendor/livekit-client.esm.mjs";

/** Milliseconds without an agent before the page reports it; a cold worker process takes about four seconds. */
const JOIN_TIMEOUT = 8000;
const STATE = "lk.agent.state";

export class Agent {
  #room;
  #speakers;
  #onChange;
  #participant = null;
  #timeout;
  /** @type {"awaited"|"absent"|"present"|"left"} */
  presence = "awaited";
  /** @type {MediaStreamTrack|null} the agent's audio. */
  mediaTrack = null;

  /**
   * @param {Room} room not yet connected.
   * @param {HTMLElement} speakers parent of the audio elements.
   * @param {() => void} onChange called when any of the above has changed.
   */
  constructor(room, speakers, onChange) {
    this.#room = room;
    this.#speakers = speakers;
    this.#onChange = onChange;
    room
      .on(RoomEvent.ParticipantConnected, (participant) => this.#joined(participant))
      .on(RoomEvent.ParticipantDisconnected, (participant) => this.#left(participant))
      .on(RoomEvent.ParticipantAttributesChanged, (changed) => STATE in changed && onChange())
      .on(RoomEvent.TrackSubscribed, (track, _, participant) => this.#attach(track, participant))
      .on(RoomEvent.TrackUnsubscribed, (track) => this.#detach(track));
  }

  /** @returns {string|undefined} listening, thinking, speaking, initializing or idle. */
  get state() {
    return this.#participant?.attributes[STATE];
  }

  /** @returns {string|null} its identity while it is in the room. */
  get identity() {
    return this.#participant?.identity ?? null;
  }

  /** @returns {boolean} whether this participant of the room is an agent. */
  is(identity) {
    return this.#room.remoteParticipants.get(identity)?.isAgent ?? false;
  }

  /** @returns {"agent"|"caller"|null} the side that this participant is on; null for anyone else. */
  speaker(identity) {
    if (identity === this.#room.localParticipant.identity) return "caller";
    return this.is(identity) ? "agent" : null;
  }

  /** Find the agent among the participants, or start waiting for one. */
  await() {
    for (const participant of this.#room.remoteParticipants.values()) this.#joined(participant);
    if (this.#participant) return;
    this.#timeout = setTimeout(() => {
      this.presence = "absent";
      this.#onChange();
    }, JOIN_TIMEOUT);
  }

  close() {
    clearTimeout(this.#timeout);
    this.#speakers.replaceChildren();
    this.mediaTrack = null;
  }

  #joined(participant) {
    if (!participant.isAgent || this.#participant) return;
    clearTimeout(this.#timeout);
    this.#participant = participant;
    this.presence = "present";
    this.#onChange();
  }

  #left(participant) {
    if (participant !== this.#participant) return;
    this.#participant = null;
    this.presence = "left";
    this.#onChange();
  }

  #attach(track, participant) {
    if (track.kind !== Track.Kind.Audio) return;
    this.#speakers.append(track.attach());
    if (participant.isAgent) this.mediaTrack = track.mediaStreamTrack;
    this.#onChange();
  }

  #detach(track) {
    for (const element of track.detach()) element.remove();
    if (track.mediaStreamTrack === this.mediaTrack) this.mediaTrack = null;
    this.#onChange();
  }
}

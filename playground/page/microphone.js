/** The caller's microphone: asked for, published, muted, given back. */

import { createLocalAudioTrack, AudioPresets, Track, TrackEvent } from "/vendor/livekit-client.esm.mjs";

const CAPTURE = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  channelCount: 1,
};

// One voice needs no more; DTX saves the silence, RED repeats each packet against loss.
const PUBLISH = { source: Track.Source.Microphone, audioPreset: AudioPresets.speech, dtx: true, red: true };

export class Microphone {
  #track = null;
  #closed = false;
  #onChange;
  #onTrouble;

  /**
   * @param {() => void} onChange called when `state` may have changed.
   * @param {(name: string) => void} onTrouble called with a name `microphoneNotice` knows.
   */
  constructor(onChange, onTrouble) {
    this.#onChange = onChange;
    this.#onTrouble = onTrouble;
  }

  /** @returns {"none"|"live"|"muted"} */
  get state() {
    if (!this.#track) return "none";
    return this.#track.isMuted ? "muted" : "live";
  }

  /** @returns {MediaStreamTrack|null} */
  get mediaTrack() {
    return this.#track?.mediaStreamTrack ?? null;
  }

  /** Ask the browser for it. Resolves to true when there is one; trouble is told, not thrown. */
  async open() {
    if (this.#track) return true;
    if (!window.isSecureContext || !navigator.mediaDevices) {
      this.#onTrouble("insecure");
      return false;
    }
    let track;
    try {
      track = await createLocalAudioTrack(CAPTURE);
    } catch (error) {
      if (!this.#closed) this.#onTrouble(error.name);
      return false;
    }
    if (this.#closed) {
      // The caller hung up while the browser asked.
      track.stop();
      return false;
    }
    this.#track = track;
    this.#track.on(TrackEvent.Ended, this.#stopped);
    this.#onChange();
    return true;
  }

  /** Let the others of the room hear it. */
  async publish(room) {
    if (this.#track) await room.localParticipant.publishTrack(this.#track, PUBLISH);
  }

  async toggleMute() {
    if (!this.#track) return;
    await (this.#track.isMuted ? this.#track.unmute() : this.#track.mute());
    this.#onChange();
  }

  /** Give it back to the browser, whose recording sign goes out. */
  close() {
    this.#closed = true;
    this.#release();
  }

  #release() {
    this.#track?.off(TrackEvent.Ended, this.#stopped);
    this.#track?.stop();
    this.#track = null;
  }

  #stopped = () => {
    this.#release();
    this.#onTrouble("stopped");
    this.#onChange();
  };
}

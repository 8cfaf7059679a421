/**
 * The caller's microphone: asked for, published, muted, given back.
 *
 * When a device is unplugged, LiveKit's library goes on with the default one. If there is none it
 * mutes the track, and taking the mute away asks the browser anew.
 */

import { AudioPresets, Track, TrackEvent, createLocalAudioTrack } from "/vendor/livekit-client.esm.mjs";

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
  #published = false;
  #closed = false;
  /** Whether the mute is the caller's wish. */
  #hushed = false;
  #onChange;
  #onTrouble;

  /**
   * @param {() => void} onChange called when `state` or `mediaTrack` may have changed.
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

  /** Ask the browser for it. Resolves to true when it can be heard; trouble is told, not thrown. */
  async open() {
    if (!window.isSecureContext || !navigator.mediaDevices) {
      this.#onTrouble("insecure");
      return false;
    }
    this.#hushed = false;
    try {
      if (this.#track) await this.#track.unmute();
      else this.#take(await createLocalAudioTrack(CAPTURE));
    } catch (error) {
      if (!this.#closed) this.#onTrouble(error.name);
      return false;
    }
    this.#onChange();
    return this.#track !== null;
  }

  /** Let the others of the room hear it. */
  async publish(room) {
    if (!this.#track || this.#published) return;
    this.#published = true;
    await room.localParticipant.publishTrack(this.#track, PUBLISH);
  }

  async toggleMute() {
    if (this.state === "muted") {
      await this.open();
    } else if (this.#track) {
      this.#hushed = true;
      await this.#track.mute();
    }
  }

  /** Give it back to the browser, whose recording sign goes out. */
  close() {
    this.#closed = true;
    this.#track?.stop();
    this.#track = null;
  }

  #take(track) {
    if (this.#closed) {
      // The caller hung up while the browser asked.
      track.stop();
      return;
    }
    this.#track = track
      .on(TrackEvent.Muted, () => {
        if (!this.#hushed) this.#onTrouble("stopped");
        this.#onChange();
      })
      .on(TrackEvent.Unmuted, this.#onChange)
      .on(TrackEvent.Restarted, this.#onChange);
  }
}

/**
 * The caller's microphone: request, publish, mute, release.
 *
 * When a device is unplugged, LiveKit's library continues with the default device. If there is none,
 * it mutes the track; unmuting asks the browser for a device again.
 */

import { AudioPresets, Track, TrackEvent, createLocalAudioTrack } from "/vendor/livekit-client.esm.mjs";

const CAPTURE = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  channelCount: 1,
};

// Enough for speech. DTX sends no silence; RED repeats each packet against loss.
const PUBLISH = { source: Track.Source.Microphone, audioPreset: AudioPresets.speech, dtx: true, red: true };

export class Microphone {
  #track = null;
  #published = false;
  #closed = false;
  /** Whether the caller muted the track. */
  #mutedByCaller = false;
  #onChange;
  #onTrouble;

  /**
   * @param {() => void} onChange called when `state` or `mediaTrack` may have changed.
   * @param {(name: string) => void} onTrouble called with a name that `microphoneNotice` knows.
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

  /** Ask the browser for the microphone. Resolves to whether it is open; problems go to `onTrouble`. */
  async open() {
    if (!window.isSecureContext || !navigator.mediaDevices) {
      this.#onTrouble("insecure");
      return false;
    }
    this.#mutedByCaller = false;
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

  /** Publish the track in the room. */
  async publish(room) {
    if (!this.#track || this.#published) return;
    this.#published = true;
    await room.localParticipant.publishTrack(this.#track, PUBLISH);
  }

  async toggleMute() {
    if (this.state === "muted") {
      await this.open();
    } else if (this.#track) {
      this.#mutedByCaller = true;
      await this.#track.mute();
    }
  }

  /** Release the device; the browser's recording indicator goes off. */
  close() {
    this.#closed = true;
    this.#track?.stop();
    this.#track = null;
  }

  #take(track) {
    if (this.#closed) {
      // The caller hung up while the browser was asking.
      track.stop();
      return;
    }
    this.#track = track
      .on(TrackEvent.Muted, () => {
        if (!this.#mutedByCaller) this.#onTrouble("stopped");
        this.#onChange();
      })
      .on(TrackEvent.Unmuted, this.#onChange)
      .on(TrackEvent.Restarted, this.#onChange);
  }
}

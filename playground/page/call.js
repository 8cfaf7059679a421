/**
 * One call from click to hang-up, without its presentation.
 *
 * The page asks for the microphone while it fetches the token, before it joins the room: the agent
 * greets a caller at once, and should not greet one who is still reading a permission prompt.
 * Without a microphone the caller can type.
 */

import {
  ConnectionError,
  ConnectionErrorReason,
  ConnectionState,
  DisconnectReason,
  Room,
  RoomEvent,
  isBrowserSupported,
} from "/vendor/livekit-client.esm.mjs";
import { Agent } from "/page/agent.js";
import { Microphone } from "/page/microphone.js";
import * as notices from "/page/notices.js";
import { Transcript } from "/page/transcript.js";

const TRANSCRIPTION = "lk.transcription";
const CHAT = "lk.chat";
/** The agent's reports of turns, one JSON object each. */
const LATENCY = "agent.latency";
// With one peer connection for both directions (the default of livekit-client 2.23.0), joining a server
// that allows no video codec failed 14 of 24 times in Chromium 156; with two it never did.
const ROOM = { singlePeerConnection: false };
const BROKEN = new Set([ConnectionState.Reconnecting, ConnectionState.SignalReconnecting]);
const PHASE_BY_PRESENCE = { awaited: "waiting", absent: "absent", present: "talking", left: "left" };

export class Call {
  #listener;
  #speakers;
  #agentName;
  #room = null;
  #agent = null;
  #microphone = null;
  #transcript = null;
  #phase = "idle";
  #url = "";
  #typed = 0;
  /** When the room was joined, by `performance.now()`; null before. */
  startedAt = null;

  /**
   * @param {object} listener `changed(snapshot)`, `noticed(notice)`, `cleared(key)`, `said(segment)`,
   *   `timed(text)`.
   * @param {HTMLElement} speakers parent of the agent's audio elements.
   * @param {{agentName: string}} about
   */
  constructor(listener, speakers, { agentName }) {
    this.#listener = listener;
    this.#speakers = speakers;
    this.#agentName = agentName;
  }

  get snapshot() {
    return {
      phase: this.#phase,
      agent: this.#agent?.state,
      agentIdentity: this.#joined ? this.#agent.identity : null,
      microphone: this.#microphone?.state ?? "none",
      callerTrack: this.#microphone?.mediaTrack ?? null,
      agentTrack: this.#agent?.mediaTrack ?? null,
    };
  }

  get #joined() {
    return this.#room !== null && this.startedAt !== null;
  }

  async start() {
    const room = (this.#room = new Room(ROOM));
    this.#transcript = new Transcript(this.#listener.said);
    this.#microphone = new Microphone(this.#changed, (name) =>
      this.#listener.noticed(notices.microphoneNotice(name)),
    );
    this.#agent = new Agent(room, this.#speakers, this.#settle);
    this.startedAt = null;
    this.#watch(room);
    this.#enter("starting");
    try {
      if (!isBrowserSupported()) throw new CallError(notices.browserNotice);
      const [visit] = await Promise.all([newVisit(), this.#microphone.open()]);
      if (this.#room !== room) return;
      await this.#join(room, visit);
    } catch (error) {
      if (this.#room === room) this.#fail(error);
    }
  }

  hangUp() {
    this.#end("ended");
  }

  async toggleMute() {
    await this.#microphone?.toggleMute();
  }

  /** Ask again for a microphone that was refused or lost. */
  async useMicrophone() {
    const room = this.#room;
    if (!room || !(await this.#microphone.open())) return;
    this.#listener.cleared("microphone");
    if (room.state === ConnectionState.Connected) await this.#microphone.publish(room);
  }

  async playSound() {
    await this.#room?.startAudio();
  }

  /** Send a typed message. @returns {Promise<boolean>} whether it was sent. */
  async say(text) {
    try {
      await this.#room.localParticipant.sendText(text, { topic: CHAT });
    } catch {
      this.#listener.noticed(notices.unsentNotice);
      return false;
    }
    this.#listener.cleared("message");
    this.#typed += 1;
    this.#transcript.update({ id: `typed-${this.#typed}`, speaker: "caller", text, final: true, typed: true });
    return true;
  }

  /** Call a method of the agent. @returns {Promise<string>} its answer; rejects if there is none. */
  async ask(method, payload) {
    const destinationIdentity = this.#agent?.identity;
    return this.#room.localParticipant.performRpc({ destinationIdentity, method, payload });
  }

  #watch(room) {
    room.registerTextStreamHandler(TRANSCRIPTION, (reader, { identity }) => {
      const speaker = this.#agent.speaker(identity);
      if (speaker) this.#transcript.follow(reader, speaker);
    });
    room.registerTextStreamHandler(LATENCY, async (reader, { identity }) => {
      if (!this.#agent.is(identity)) return;
      // A report that is cut off with the connection is lost; that is not an error of the page.
      const text = await reader.readAll().catch(() => null);
      if (text !== null && this.#room === room) this.#listener.timed(text);
    });
    room
      .on(RoomEvent.ConnectionStateChanged, this.#settle)
      .on(RoomEvent.AudioPlaybackStatusChanged, () => this.#soundChanged(room))
      .on(RoomEvent.Disconnected, (reason) => {
        // If joining failed, the error of `connect` reports it.
        if (this.#room !== room || !this.#joined) return;
        this.#listener.noticed(notices.endNotice(DisconnectReason[reason]));
        this.#end("ended");
      });
  }

  async #join(room, visit) {
    this.#url = visit.url;
    this.#enter("connecting");
    await room.connect(visit.url, visit.token);
    if (this.#room !== room) return;
    this.startedAt = performance.now();
    this.#agent.await();
    this.#settle();
    await this.#microphone.publish(room);
  }

  #soundChanged(room) {
    if (room.canPlaybackAudio) this.#listener.cleared("sound");
    else this.#listener.noticed(notices.soundNotice);
  }

  /** Once the room is joined, derive the phase from connection and agent. */
  #settle = () => {
    if (!this.#joined) return;
    const { presence } = this.#agent;
    if (presence === "absent") this.#listener.noticed(notices.absentNotice(this.#agentName));
    else if (presence === "left") this.#listener.noticed(notices.leftNotice);
    else this.#listener.cleared("agent");
    this.#enter(BROKEN.has(this.#room.state) ? "reconnecting" : PHASE_BY_PRESENCE[presence]);
  };

  #fail(error) {
    this.#listener.noticed(noticeOf(error, this.#url));
    this.#end("failed");
  }

  #end(phase) {
    const room = this.#room;
    if (!room) return;
    this.#room = null;
    this.#agent.close();
    this.#microphone.close();
    this.#transcript.close();
    this.#enter(phase);
    room.disconnect();
  }

  #enter(phase) {
    this.#phase = phase;
    this.#changed();
  }

  #changed = () => this.#listener.changed(this.snapshot);
}

/** A failed call with the notice to show. */
class CallError extends Error {
  constructor(notice) {
    super(notice.title);
    this.notice = notice;
  }
}

/** The notice for a call that could not be made. */
function noticeOf(error, url) {
  if (error instanceof CallError) return error.notice;
  if (!(error instanceof ConnectionError)) return notices.mediaNotice(url);
  if (error.reason === ConnectionErrorReason.NotAllowed) return notices.refusedNotice(url);
  // The server answered, but no media connection was made.
  if (error.reason === ConnectionErrorReason.InternalError) return notices.mediaNotice(url);
  return notices.unreachedNotice(url);
}

/** Ask the page's server for a room and a token. */
async function newVisit() {
  let response;
  try {
    response = await fetch("/api/visit", { method: "POST" });
  } catch {
    throw new CallError(notices.visitNotice(null));
  }
  if (!response.ok) throw new CallError(notices.visitNotice(await response.text()));
  return response.json();
}

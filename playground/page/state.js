/**
 * The state of the call as a form and words. Pure.
 *
 * The form names a drawing in figure.css; forms differ in shape, not only in colour.
 */

const AGENT = {
  initializing: { form: "busy", word: "Getting ready", hint: "The agent has joined." },
  idle: { form: "listening", word: "Idle", hint: "The agent waits." },
  listening: { form: "listening", word: "Listening", hint: "Speak whenever you like." },
  thinking: { form: "thinking", word: "Thinking", hint: "The reply is on its way." },
  speaking: { form: "speaking", word: "Speaking", hint: "Interrupt whenever you like." },
};

/** Phases in which the caller can hang up. */
export const IN_CALL = new Set([
  "starting", "connecting", "waiting", "absent", "talking", "left", "reconnecting",
]);
/** Phases in which the room has been joined. */
export const JOINED = new Set(["waiting", "absent", "talking", "left", "reconnecting"]);

const PHASE = {
  idle: { form: "idle", word: "Ready", hint: "Start a call, then speak." },
  starting: { form: "busy", word: "Starting", hint: "Allow the microphone if your browser asks." },
  connecting: { form: "busy", word: "Connecting", hint: "Joining a new room." },
  waiting: { form: "busy", word: "Calling the agent", hint: "It joins in a moment." },
  absent: { form: "busy", word: "No agent yet", hint: "Still waiting for one." },
  left: { form: "stopped", word: "Agent left", hint: "Hang up and start again." },
  reconnecting: { form: "busy", word: "Reconnecting", hint: "The call continues by itself." },
  ended: { form: "idle", word: "Call ended", hint: "You can start another." },
  failed: { form: "stopped", word: "Not connected", hint: "" },
};

/** @returns {{form: string, word: string, hint: string}} for a snapshot of `Call`. */
export function describe({ phase, agent, microphone }) {
  if (phase !== "talking") return PHASE[phase];
  const state = AGENT[agent] ?? AGENT.initializing;
  if (state !== AGENT.listening) return state;
  if (microphone === "muted") return { ...state, hint: "You are muted." };
  if (microphone === "none") return { ...state, hint: "Type to the agent." };
  return state;
}

/** Seconds as `m:ss`. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

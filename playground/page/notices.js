/**
 * The texts of problems and their remedies. Pure.
 *
 * A notice is `{key, tone, title, text, action?}`; a later one with the same key replaces it.
 * `tone` is "error" (the call cannot go on) or "warning"; `action` is the label of a button.
 */

const MICROPHONE = {
  insecure: {
    title: "No microphone at this address",
    text: "Browsers allow the microphone only on https and on this machine: open http://localhost or http://127.0.0.1 instead. Here you can type.",
  },
  NotAllowedError: {
    title: "Microphone refused",
    text: "Allow it for this page in the browser's address bar and try again. Until then you can type.",
    action: "Try again",
  },
  NotFoundError: {
    title: "No microphone found",
    text: "Plug one in and try again. Until then you can type.",
    action: "Try again",
  },
  NotReadableError: {
    title: "The microphone is busy",
    text: "Another program seems to be using it. Close that program and try again, or type.",
    action: "Try again",
  },
  stopped: {
    title: "The microphone stopped",
    text: "It was unplugged, or the browser stopped it. Until it is back you can type.",
    action: "Try again",
  },
};

/** @param {string} name of getUserMedia's exception, "insecure" or "stopped". */
export function microphoneNotice(name) {
  const known = MICROPHONE[name] ?? {
    title: "The microphone does not work",
    text: `The browser reports ${name}. You can type.`,
    action: "Try again",
  };
  return { key: "microphone", tone: "warning", ...known };
}

/** The page's own server gave no token. @param {string|null} answer null if it did not respond. */
export function visitNotice(answer) {
  return answer
    ? { key: "call", tone: "error", title: "The playground refused the call", text: answer }
    : {
        key: "call",
        tone: "error",
        title: "The playground's server is down",
        text: "It has stopped since it served this page. Start it again with “make run”.",
      };
}

export function refusedNotice(url) {
  return {
    key: "call",
    tone: "error",
    title: "The LiveKit server refused the call",
    text: `${url} does not know the key and secret in LIVEKIT_API_KEY and LIVEKIT_API_SECRET, or its clock differs from this machine's.`,
  };
}

export function unreachedNotice(url) {
  return {
    key: "call",
    tone: "error",
    title: "LiveKit server not reached",
    text: `Nothing answers at ${url}. Is it running? “make run” starts one; set LIVEKIT_URL to use another.`,
  };
}

/** The server answered, but no media connection was made. */
export function mediaNotice(url) {
  return {
    key: "call",
    tone: "error",
    title: "No audio connection to the LiveKit server",
    text: `${url} answers, but no audio connection was made. A firewall may block its UDP and TCP ports, or this machine is not on any network: even a local call needs one.`,
  };
}

/** LiveKit's library did not load. */
export function libraryNotice(answer) {
  return {
    key: "call",
    tone: "error",
    title: "The page is incomplete",
    text: answer || "Its scripts did not load in this browser. Reload it, or try a current browser.",
  };
}

export const browserNotice = {
  key: "call",
  tone: "error",
  title: "This browser cannot make calls",
  text: "It does not support WebRTC. Use a current Chrome, Edge, Firefox or Safari.",
};

export function absentNotice(agentName) {
  const worker = agentName ? `the worker “${agentName}”` : "the worker";
  return {
    key: "agent",
    tone: "warning",
    title: "No agent joined",
    text: `Is ${worker} running? “python agent.py dev” starts it. The call keeps waiting.`,
  };
}

export const leftNotice = {
  key: "agent",
  tone: "warning",
  title: "The agent left the call",
  text: "Its log says why. Hang up and start again.",
};

export const soundNotice = {
  key: "sound",
  tone: "warning",
  title: "The browser blocks the sound",
  text: "It allows sound only after a click.",
  action: "Turn on sound",
};

export const unsentNotice = {
  key: "message",
  tone: "warning",
  title: "Message not sent",
  text: "The connection did not accept it. Try again.",
};

/** @param {string} reason the name of LiveKit's DisconnectReason; null for a hang-up by the caller. */
export function endNotice(reason) {
  if (reason === "ROOM_DELETED" || reason === "PARTICIPANT_REMOVED" || reason === "ROOM_CLOSED") {
    return { key: "call", tone: "warning", title: "The call was ended", text: "The agent or the server closed the room." };
  }
  if (reason === "SERVER_SHUTDOWN") {
    return { key: "call", tone: "error", title: "The LiveKit server shut down", text: "The call ended with it." };
  }
  return {
    key: "call",
    tone: "error",
    title: "Connection lost",
    text: "The LiveKit server could not be reached again, so the call ended.",
  };
}

/**
 * What went wrong and what to do about it, in words. Pure.
 *
 * A notice is `{key, tone, title, text, action?}`; a later one with the same key replaces it.
 * `tone` is "error" (the call cannot go on) or "warning"; `action` is the label of a button.
 */

const MICROPHONE = {
  insecure: {
    title: "No microphone at this address",
    text: "Browsers give the microphone only to pages on https or on this machine: open the page as http://localhost or http://127.0.0.1. Here you can type.",
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
    text: "Another program seems to hold it. Close that one and try again, or type.",
    action: "Try again",
  },
  stopped: {
    title: "The microphone stopped",
    text: "It was unplugged or taken away. Until it is back you can type.",
    action: "Try again",
  },
};

/** @param {string} name the name of getUserMedia's exception, "insecure" or "stopped". */
export function microphoneNotice(name) {
  const known = MICROPHONE[name] ?? {
    title: "The microphone does not work",
    text: `The browser says: ${name}. You can type.`,
    action: "Try again",
  };
  return { key: "microphone", tone: "warning", ...known };
}

/** No token: the page's own server did not give one. */
export function visitNotice(answer) {
  return answer
    ? { key: "call", tone: "error", title: "The playground refused the call", text: answer }
    : {
        key: "call",
        tone: "error",
        title: "The playground's server is down",
        text: "It served this page and has stopped since. Start it again with “make run”.",
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
    text: `Nothing answers at ${url}. Is it running? “make run” starts one; LIVEKIT_URL names another.`,
  };
}

/** No media path, though the server answered. */
export function mediaNotice(url) {
  return {
    key: "call",
    tone: "error",
    title: "No sound path to the LiveKit server",
    text: `${url} answers, but no audio connection came about. A firewall may block its UDP and TCP ports, or this machine is on no network: even a call within it needs one.`,
  };
}

/** The page came without LiveKit's library. */
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
  text: "It has no WebRTC. A current Chrome, Edge, Firefox or Safari has.",
};

export function absentNotice(agentName) {
  const worker = agentName ? `the worker “${agentName}”` : "the worker";
  return {
    key: "agent",
    tone: "warning",
    title: "No agent joined",
    text: `Is ${worker} running? “python agent.py dev” starts it. This call goes on waiting.`,
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
  title: "The browser holds the sound back",
  text: "It plays sound only after a click.",
  action: "Turn on sound",
};

export const unsentNotice = {
  key: "message",
  tone: "warning",
  title: "Message not sent",
  text: "The connection did not take it. Try again.",
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

/**
 * The words of the timing panel: stages, marks, flags and kinds of a turn. Pure.
 *
 * A name that is missing here is shown as it came: a newer agent may send more of them.
 */

/** Groups of stages, in the order of a turn; each has a colour in `timing.css`. */
export const GROUPS = {
  turn: "Turn detection",
  llm: "LLM",
  tts: "TTS",
  room: "Room",
};

const STAGES = {
  endpoint: ["turn", "Endpoint", "Silence until the VAD reports the end of your speech"],
  stt: ["turn", "STT", "Until the last final transcript"],
  end_of_turn: ["turn", "End of turn", "Until the turn detector predicts the end of your turn, or stops waiting"],
  commit: ["turn", "Commit", "Until the session commits the turn"],
  llm: ["llm", "LLM", "Until the LLM's first token"],
  segmentation: ["llm", "Segmentation", "Until the text suffices for the first Segment"],
  pool: ["tts", "Pool", "Waiting for a connection to the TTS"],
  send: ["tts", "Send", "Writing the text to the connection"],
  tts: ["tts", "TTS", "Until the provider's first audio"],
  decode: ["tts", "Decode", "Decoding that audio, or reading it from the cache"],
  publish: ["room", "Publish", "Until the room gets the first frame"],
  play: ["room", "Play", "Until that frame plays"],
  enter: ["room", "Enter", "Until the worker's code runs for this call"],
  connect: ["room", "Connect", "Until the agent has joined the room"],
  subscribe: ["room", "Subscribe", "Until your browser has subscribed to the agent's track"],
  detect: ["turn", "Detect", "Until the VAD reports your speech"],
  decide: ["turn", "Decide", "Until your speech has lasted long enough to interrupt"],
  stop: ["room", "Stop", "Until the agent's last sample has played"],
  hedge: ["tts", "Hedge", "The second request for the first Segment"],
};

const MARKS = {
  speech_end: "your last sound",
  vad_end: "VAD: end of speech",
  stt_flushed: "final transcript requested",
  stt_final: "final transcript",
  turn_predicted: "end of turn predicted",
  committed: "turn committed",
  llm_request: "LLM request",
  first_token: "first token of the LLM",
  segment_ready: "first Segment complete",
  leased: "connection leased",
  sent: "text sent",
  first_byte: "first audio received",
  first_pcm: "first audio decoded",
  first_frame: "first frame published",
  first_sample: "first sample played",
  accepted: "job accepted",
  entered: "job running",
  connected: "room joined",
  subscribed: "track subscribed",
  caller_begins: "your first sound",
  vad_begin: "VAD: start of speech",
  paused: "agent paused",
  silent: "agent silent",
};

const WHY = {
  preemptive: "it began before the turn was committed",
  hedge: "the first request was faster",
  outrun: "the second request was faster",
  overlapped: "something else took longer",
  late: "it ended after the first sound",
};

export const KINDS = {
  turn: { label: "Turn", span: "From your last sound to the agent's first" },
  greeting: { label: "Greeting", span: "From the job's acceptance to the agent's first sound" },
  interruption: { label: "Barge-in", span: "From your first sound to the agent's silence" },
};

/** @returns {{group: string, label: string, text: string}} of a stage; "other" and "" if it is unknown. */
export function stageWords(name) {
  const [group, label, text] = own(STAGES, name) ?? ["other", sentence(name), ""];
  return { group, label, text };
}

export function markWords(name) {
  return own(MARKS, name) ?? name.replaceAll("_", " ");
}

export function whyWords(why) {
  return own(WHY, why) ?? why.replaceAll("_", " ");
}

/** @returns {{key: string, label: string, text: string, tone: "good"|"neutral"|"bad"}[]} the badges of a turn. */
export function badges({ flags, over, late }) {
  const found = [];
  const add = (key, label, tone, text) => found.push({ key, label, tone, text });
  if (over.length) add("over", late ? "Over budget" : "Slow stage", "bad", `Over its limit: ${over.map(limitWords).join(", ")}.`);
  const early = [flags.preemptive_llm && "LLM", flags.preemptive_tts && "TTS"].filter(Boolean);
  if (early.length) {
    add("preemptive", "Preemptive", "good", `${early.join(" and ")} began before the turn was committed.`);
  }
  if (flags.cached) add("cached", "Cached", "good", "The first Segment came from the cache.");
  if (flags.hedged) {
    const outcome = flags.hedge_won ? "was faster" : "was not needed";
    add("hedged", flags.hedge_won ? "Hedge won" : "Hedged", "neutral", `A second request ${outcome}.`);
  }
  if (flags.filler) add("filler", "Filler", "neutral", "A filler covered a slow reply.");
  if (flags.fallback_tts) add("fallback_tts", "Fallback TTS", "bad", "The primary TTS failed; the fallback TTS spoke.");
  if (flags.retries > 0) {
    const times = flags.retries === 1 ? "1 retry" : `${flags.retries} retries`;
    add("retries", times, "bad", "The TTS was asked again after a failure.");
  }
  if (flags.interrupted) add("interrupted", "Interrupted", "neutral", "You interrupted the agent.");
  return found;
}

function limitWords({ stage, limit }) {
  return `${stage === "total" ? "total" : stageWords(stage).label} ${Math.round(limit)} ms`;
}

/** Names come from outside: one like "constructor" must not find an inherited property. */
function own(table, name) {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function sentence(name) {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

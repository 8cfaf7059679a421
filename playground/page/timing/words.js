/**
 * The words of the timing panel: stages, marks, flags and kinds of a Turn. Pure.
 *
 * A name that is not here is shown as it came: a newer agent may have more of them.
 */

/** Who a stage waits for, in the order in which they come; each has a colour in `timing.css`. */
export const PARTIES = {
  hearing: "Hearing",
  thinking: "Thinking",
  speaking: "Speaking",
  playing: "Playing",
};

const STAGES = {
  endpoint: ["hearing", "Endpoint", "Silence until the voice detector takes your speech as ended"],
  stt: ["hearing", "Transcript", "Until the recogniser's final text"],
  end_of_turn: ["hearing", "End of turn", "Until the turn detector says that you have finished"],
  commit: ["hearing", "Commit", "Until the session settles the turn and may answer"],
  llm: ["thinking", "LLM", "Until the language model's first token"],
  segmentation: ["thinking", "Segmentation", "Collecting tokens until there is a first piece to speak"],
  pool: ["speaking", "Connection", "Waiting for a connection to the voice"],
  send: ["speaking", "Send", "Handing the text to the connection"],
  tts: ["speaking", "TTS", "Until the TTS provider's first byte"],
  decode: ["speaking", "Decode", "Making sound of its bytes"],
  publish: ["playing", "Publish", "Until the room has the first frame"],
  play: ["playing", "Play", "Until the first sample is played"],
  enter: ["hearing", "Enter", "Until a process of the worker takes the call"],
  connect: ["playing", "Join", "Until the agent is in the room"],
  subscribe: ["playing", "Subscribe", "Until you listen to the agent's track"],
  detect: ["hearing", "Detect", "Until the voice detector takes your sound as speech"],
  decide: ["thinking", "Decide", "Until it is long enough to stop the agent for"],
  stop: ["playing", "Stop", "Until the last sample of the agent is played"],
};

const MARKS = {
  speech_end: "your last sound",
  vad_end: "end of speech heard",
  stt_final: "final text",
  turn_predicted: "turn predicted over",
  committed: "turn committed",
  llm_request: "LLM asked",
  first_token: "first token",
  segment_ready: "first text to speak",
  leased: "connection leased",
  sent: "text sent",
  first_byte: "first byte",
  first_pcm: "first sound decoded",
  first_frame: "first frame published",
  first_sample: "first sound played",
  accepted: "job accepted",
  entered: "job begun",
  connected: "room joined",
  subscribed: "you listen",
  caller_begins: "your first sound",
  vad_begin: "speech noticed",
  paused: "agent paused",
  silent: "agent silent",
};

const WHY = {
  speculative: "begun before the turn was settled",
  hedge: "a second try that came too late",
  outrun: "a first try that a second one outran",
  overlapped: "something else took longer",
  late: "after the first sound",
  fallback_tts: "another voice, in case the first fails",
};

export const KINDS = {
  turn: { label: "Turn", span: "From your last sound to the agent's first" },
  greeting: { label: "Greeting", span: "From the agent's job to its first sound" },
  interruption: { label: "Barge-in", span: "From your first sound to the agent's silence" },
};

/** @returns {{party: string, label: string, text: string}} of a stage; "other" and "" if it is unknown. */
export function stageWords(name) {
  const [party, label, text] = own(STAGES, name) ?? ["other", sentence(name), ""];
  return { party, label, text };
}

export function markWords(name) {
  return own(MARKS, name) ?? name.replaceAll("_", " ");
}

export function whyWords(why) {
  return own(WHY, why) ?? why.replaceAll("_", " ");
}

/** @returns {{key: string, label: string, text: string, tone: "good"|"plain"|"bad"}[]} the badges of a turn. */
export function badges({ flags, over, late }) {
  const found = [];
  const add = (key, label, tone, text) => found.push({ key, label, tone, text });
  if (over.length) add("over", late ? "Over budget" : "Slow stage", "bad", `Over its limit: ${over.map(limitWords).join(", ")}.`);
  const early = [flags.preemptive_llm && "LLM", flags.preemptive_tts && "voice"].filter(Boolean);
  if (early.length) {
    add("speculative", "Speculative", "good", `${early.join(" and ")} began before the turn was settled.`);
  }
  if (flags.cached) add("cached", "Cached", "good", "The first sound was there already.");
  if (flags.hedged) {
    const outcome = flags.hedge_won ? "was sooner" : "was not needed";
    add("hedged", flags.hedge_won ? "Hedge won" : "Hedged", "plain", `A second try ran and ${outcome}.`);
  }
  if (flags.filler) add("filler", "Filler", "plain", "A filler was said while the answer was late.");
  if (flags.fallback_tts) add("fallback_tts", "Fallback TTS", "bad", "The primary TTS failed; the fallback spoke.");
  if (flags.retries > 0) {
    const times = flags.retries === 1 ? "1 retry" : `${flags.retries} retries`;
    add("retries", times, "bad", "The voice provider was asked again.");
  }
  if (flags.interrupted) add("interrupted", "Interrupted", "plain", "You spoke while the agent did.");
  return found;
}

function limitWords({ stage, limit }) {
  return `${stage === "total" ? "total" : stageWords(stage).label} ${Math.round(limit)} ms`;
}

/** Names come from outside: "constructor" is none of ours. */
function own(table, name) {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function sentence(name) {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

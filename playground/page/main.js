/** Connects buttons and keys to the call, and the call to the page. */

import { Log } from "/page/log.js";
import { Levels, wakeMeters } from "/page/meter.js";
import { libraryNotice, visitNotice } from "/page/notices.js";
import { IN_CALL } from "/page/state.js";
import { Panel } from "/page/timing/panel.js";
import { Tuning } from "/page/tuning/tuning.js";
import { View } from "/page/view.js";
import { Views } from "/page/views.js";

let call;
let ticking;

const actions = { microphone: () => call.useMicrophone(), sound: () => call.playSound() };
const view = new View((key) => actions[key]());
const { parts } = view;
const log = new Log(parts, elapsed);
const views = new Views(parts);
const timing = new Panel(parts);
const tuning = new Tuning(
  parts,
  (method, payload) => call.ask(method, payload),
  (shown) => views.offer("tuning", shown),
);
const levels = new Levels((caller, agent) => view.levels(caller, agent));

/** Seconds since the room was joined. */
function elapsed() {
  return call.startedAt === null ? 0 : (performance.now() - call.startedAt) / 1000;
}

const listener = {
  changed(snapshot) {
    view.show(snapshot);
    levels.listen(snapshot.callerTrack, snapshot.agentTrack);
    tuning.follow(IN_CALL.has(snapshot.phase) ? snapshot.agentIdentity : null);
    if (!IN_CALL.has(snapshot.phase)) clearInterval(ticking);
    else if (call.startedAt !== null) view.time(elapsed());
  },
  noticed: (notice) => view.notice(notice),
  cleared: (key) => view.clear(key),
  said(segment) {
    log.show(segment);
    timing.said(segment);
  },
  timed(text) {
    timing.take(text);
    tuning.refresh();
  },
};

function start() {
  wakeMeters();
  view.clear();
  view.time(null);
  log.clear();
  timing.clear();
  ticking = setInterval(() => call.startedAt !== null && view.time(elapsed()), 250);
  call.start();
}

async function send(event) {
  event.preventDefault();
  const text = parts.message.value.trim();
  if (text && (await call.say(text))) parts.message.value = "";
}

function key(event) {
  const typing = event.target === parts.message;
  if (typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.key.toLowerCase() === "m" && !parts.mute.hidden) call.toggleMute();
}

/** The server's message about a missing library; empty if the library is there. */
async function libraryProblem() {
  try {
    const answer = await fetch("/vendor/livekit-client.esm.mjs");
    return answer.ok ? "" : await answer.text();
  } catch {
    return "";
  }
}

async function prepare() {
  let about;
  try {
    about = await (await fetch("/api/about")).json();
  } catch {
    view.notice(visitNotice(null));
    return;
  }
  try {
    const { Call } = await import("/page/call.js");
    call = new Call(listener, parts["agent-audio"], about);
  } catch {
    view.notice(libraryNotice(await libraryProblem()));
    return;
  }
  view.introduce(about);
  tuning.simulate(about.tunable);
  parts.start.addEventListener("click", start);
  parts.mute.addEventListener("click", () => call.toggleMute());
  parts["hang-up"].addEventListener("click", () => call.hangUp());
  parts.composer.addEventListener("submit", send);
  document.addEventListener("keydown", key);
}

await prepare();

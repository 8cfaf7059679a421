/** The loudness of caller and agent, as numbers to draw. */

/** The range of the meter in dBFS: a quiet room, and speech near the microphone. */
const QUIET = -60;
const LOUD = -12;

let context;

/** Create or resume the page's audio context. Call this in a click handler. */
export function wakeMeters() {
  context ??= new AudioContext();
  // If the browser refuses, the meters stay at zero and nothing else fails.
  context.resume().catch(() => {});
}

class Meter {
  #analyser;
  #source;
  #samples;

  /** @param {MediaStreamTrack} track */
  constructor(track) {
    this.track = track;
    this.#analyser = new AnalyserNode(context, { fftSize: 1024 });
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#source = context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(this.#analyser);
  }

  /** @returns {number} 0 for silence to 1 for loud, over the last 21 ms. */
  level() {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let power = 0;
    for (const sample of this.#samples) power += sample * sample;
    const decibels = 10 * Math.log10(power / this.#samples.length + 1e-12);
    return Math.min(1, Math.max(0, (decibels - QUIET) / (LOUD - QUIET)));
  }

  close() {
    this.#source.disconnect();
  }
}

/** The meters of both sides, drawn in every frame while there is a track. */
export class Levels {
  #draw;
  #caller = null;
  #agent = null;
  #running = false;

  /** @param {(caller: number, agent: number) => void} draw */
  constructor(draw) {
    this.#draw = draw;
  }

  /** Measure these tracks; null is silence. */
  listen(callerTrack, agentTrack) {
    this.#caller = replaced(this.#caller, callerTrack);
    this.#agent = replaced(this.#agent, agentTrack);
    if (this.#running || !(this.#caller || this.#agent)) return;
    this.#running = true;
    requestAnimationFrame(this.#frame);
  }

  #frame = () => {
    this.#draw(this.#caller?.level() ?? 0, this.#agent?.level() ?? 0);
    this.#running = Boolean(this.#caller || this.#agent);
    if (this.#running) requestAnimationFrame(this.#frame);
  };
}

function replaced(meter, track) {
  if ((meter?.track ?? null) === track) return meter;
  meter?.close();
  return track && new Meter(track);
}

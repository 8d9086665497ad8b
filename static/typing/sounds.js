/** What is heard while one types, if it is chosen: keys, mistakes, a metronome. Made here, of no files. */

const MS_OF_A_PAUSE = 3000;
const MS_BETWEEN_LOOKS = 100;
const AHEAD = 0.25;

const chosen = document.documentElement.dataset;
const context = new AudioContext({ latencyHint: "interactive" });
const loudness = context.createGain();
loudness.connect(context.destination);

/** A sound of so many seconds that dies away; `wave` gives its sample at a time. */
function made(seconds, wave) {
  const buffer = context.createBuffer(1, Math.ceil(seconds * context.sampleRate), context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i += 1) {
    const time = i / context.sampleRate;
    samples[i] = wave(time) * Math.exp((-6 * time) / seconds);
  }
  return buffer;
}

const tone = (hertz) => (time) => Math.sin(2 * Math.PI * hertz * time);
const KEY = made(0.03, (time) => 0.35 * (Math.random() * 2 - 1) + 0.4 * tone(320)(time));
const MISTAKE = made(0.14, (time) => 0.7 * tone(150)(time) + 0.3 * tone(300)(time));
const BEAT = made(0.05, tone(1000));

/** Plays a sound at a time of the context, or now. */
function play(buffer, at = 0) {
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(loudness);
  source.start(at);
}

/** What each choice of a sound plays. */
export const SOUNDS = {
  sound_keys: () => play(KEY),
  sound_mistakes: () => play(MISTAKE),
  metronome: () => play(BEAT),
};

/** Lets sounds be heard, at a volume in per cent; browsers allow it after a key or a click only. */
export function beHeard(volume) {
  loudness.gain.value = (volume / 100) ** 2;
  if (context.state === "suspended") context.resume();
}

/** Beats while keys come, from the first on, each asked for a little ahead; silent in a pause. */
class Metronome {
  #timer = 0;
  #next = 0;
  #keyAt = 0;
  #seconds;

  constructor(beatsPerMinute) {
    this.#seconds = 60 / beatsPerMinute;
  }

  key() {
    this.#keyAt = performance.now();
    if (this.#timer) return;
    this.#next = context.currentTime + 0.02;
    this.#timer = setInterval(() => this.#look(), MS_BETWEEN_LOOKS);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  #look() {
    if (performance.now() - this.#keyAt > MS_OF_A_PAUSE || !("metronome" in chosen)) {
      this.stop();
      return;
    }
    for (; this.#next < context.currentTime + AHEAD; this.#next += this.#seconds) play(BEAT, this.#next);
  }
}

function follow(exercise) {
  const { volume, bpm } = exercise.dataset;
  const metronome = new Metronome(bpm);
  let strokes = 0;
  let wrong = 0;
  exercise.addEventListener("typing-change", () => {
    const { machine } = exercise;
    const isKey = machine.events.length > strokes;
    const isMistake = machine.wrong > wrong;
    strokes = machine.events.length;
    wrong = machine.wrong;
    if (!isKey) {
      metronome.stop();
      return;
    }
    if (context.state === "suspended") beHeard(volume);
    if (isMistake && "soundMistakes" in chosen) SOUNDS.sound_mistakes();
    else if ("soundKeys" in chosen) SOUNDS.sound_keys();
    if ("metronome" in chosen) metronome.key();
  });
  exercise.addEventListener("typing-finished", () => metronome.stop());
}

const exercise = document.querySelector("typing-exercise");
if (exercise) follow(exercise);

/** Plays a session's keystrokes again, at any speed and from any moment. */

import { TextView } from "./exercise.js";
import { Tape } from "./tape.js";

function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function player(root, keys) {
  const tape = new Tape(keys);
  const view = new TextView(root.querySelector(".exercise-text"));
  const [button, slider, speed, time] = ["[data-play]", "[type=range]", "select", "output"].map((part) => root.querySelector(part));
  let now = 0;
  let frame = 0;
  let last = 0;
  slider.max = tape.duration;
  const go = (moment) => {
    now = Math.min(moment, tape.duration);
    const changed = tape.seek(now);
    if (changed === null) view.show(tape.machine);
    else if (changed.to >= 0) view.paint(tape.machine, changed.from, changed.to);
    slider.value = now;
    time.textContent = `${clock(now)} / ${clock(tape.duration)}`;
  };
  const stop = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    button.textContent = button.dataset.play;
  };
  const step = (moment) => {
    go(now + (moment - last) * Number(speed.value));
    last = moment;
    if (now < tape.duration) frame = requestAnimationFrame(step);
    else stop();
  };
  button.addEventListener("click", () => {
    if (frame) return stop();
    if (now >= tape.duration) go(0);
    button.textContent = button.dataset.pause;
    last = performance.now();
    frame = requestAnimationFrame(step);
  });
  slider.addEventListener("input", () => go(Number(slider.value)));
  view.show(tape.machine);
  go(0);
  root.querySelector(".replay-controls").hidden = false;
  return button;
}

const root = document.querySelector("[data-replay]");
const open = root.querySelector("[data-open]");
open.hidden = false;
open.addEventListener("click", async () => {
  const answer = await fetch(root.dataset.replay, { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  root.querySelector(".exercise-field").hidden = false;
  open.hidden = true;
  player(root, await answer.json()).focus();
});

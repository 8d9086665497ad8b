/** A hairline that goes through the text as fast as one's own best run did. */

const exercise = document.querySelector("typing-exercise");
const ms = 60_000 / Number(exercise.dataset.pace);
const line = document.createElement("i");
line.className = "pace-line";

setInterval(() => {
  const { machine, view } = exercise;
  const place = machine.events.length && !machine.finished
    ? view.place(1 + Math.floor(machine.elapsed(performance.now()) / ms)) : "";
  line.hidden = !place;
  if (line.style.transform !== place) line.style.transform = place;
  if (!line.isConnected) exercise.querySelector(".exercise-text").append(line);
}, Math.max(ms / 2, 50));

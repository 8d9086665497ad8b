/** Leaves the waits between lines out of the speed that is shown, as the server does of the speed it scores; says so. */

export function rests(exercise) {
  let furthest = 0;
  let since = null;
  const note = exercise.querySelector(".exercise-rest");
  // Before the speed is shown.
  exercise.addEventListener("typing-change", () => {
    const { cursor, units, events } = exercise.machine;
    const now = performance.now();
    if (events.length === 0) furthest = exercise.rested = 0;
    else if (since !== null) exercise.rested += now - since;
    const isRest = events.length > 0 && cursor > furthest && units.slice(cursor - 1, cursor + 1).includes("\n");
    since = isRest ? now : null;
    if (isRest) furthest = cursor;
    const said = isRest ? exercise.dataset.rests : "";
    if (note.textContent !== said) note.textContent = said;
  }, { capture: true });
}

/** Enter follows the first action of a result, wherever the focus was left; not at once, lest a typist rush past it. */

const MS_BEFORE_ENTER_COUNTS = 500;
const shownAt = performance.now();

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("a, button, input, select, summary, textarea")) return;
  if (event.timeStamp > shownAt + MS_BEFORE_ENTER_COUNTS) document.querySelector("[data-primary]")?.click();
});

/** Blocks and lessons are dragged by their handles; the numbers follow, and the numbers are what is saved. */

const order = document.querySelector("#order");
let moving = null;

function renumber() {
  let number = 0;
  for (const [index, block] of [...order.querySelectorAll("[data-block]")].entries()) {
    block.querySelector("[data-position] input").value = index + 1;
    for (const lesson of block.querySelectorAll("[data-lesson]")) {
      number += 1;
      lesson.querySelector("input").value = number;
      lesson.querySelector("select").value = block.dataset.block;
    }
  }
}

/** Puts the dragged row before or after the one under the pointer, whichever half of it that is in. */
function moveTo(over, y) {
  const { top, height } = over.getBoundingClientRect();
  if (y < top + height / 2) over.before(moving);
  else over.after(moving);
}

order.addEventListener("dragstart", ({ target, dataTransfer }) => {
  moving = target.closest("[data-lesson]") ?? target.closest("[data-block]");
  moving.classList.add("moving");
  dataTransfer.effectAllowed = "move";
  dataTransfer.setDragImage(moving, 0, 0);
});

order.addEventListener("dragover", (event) => {
  if (!moving) return;
  event.preventDefault();
  const block = event.target.closest("[data-block]");
  const lesson = event.target.closest("[data-lesson]");
  if (moving.matches("[data-block]")) {
    if (block && block !== moving) moveTo(block, event.clientY);
  } else if (lesson && lesson !== moving) moveTo(lesson, event.clientY);
  else if (block && !lesson && !block.contains(moving)) block.querySelector("ol").prepend(moving);
});

order.addEventListener("drop", (event) => event.preventDefault());

order.addEventListener("dragend", () => {
  moving?.classList.remove("moving");
  moving = null;
  renumber();
});

for (const handle of order.querySelectorAll(".handle")) handle.hidden = false;

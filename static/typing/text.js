/** The text of an exercise as it is painted. */

const VISIBLE = new Map([[" ", "␣"], ["\n", "⏎"]]);

/**
 * The text on the page: a span for each unit, and a caret that moves beneath them, so that a key changes colours but no
 * layout. Keeps the current line in the middle of the three that are seen.
 */
export class TextView {
  #box;
  #caret = document.createElement("i");
  #spans = [];
  #places = [];
  #width = NaN;
  #line = NaN;

  constructor(box) {
    this.#box = box;
    this.#caret.className = "caret";
    new ResizeObserver(() => {
      if (this.#width !== this.#box.clientWidth) this.#measure();
    }).observe(box);
    document.fonts.addEventListener("loadingdone", () => this.#measure());
  }

  show(machine) {
    this.#spans = machine.units.map((unit) => {
      const span = document.createElement("span");
      span.textContent = unit;
      return span;
    });
    this.#box.replaceChildren(this.#caret, ...this.#spans);
    this.#paint(machine, 0, this.#spans.length);
    this.#measure();
  }

  paint(machine, from, to) {
    this.#paint(machine, from, to);
    this.#follow(machine.cursor);
  }

  /** Where a unit stands in the box, as a transform; nothing beyond the end. */
  place(position) {
    const [left, top] = this.#places[position] ?? [];
    return left === undefined ? "" : `translate(${left}px, ${top}px)`;
  }

  #paint({ cursor, mistakes, units, wrongNow }, from, to) {
    for (let i = from; i <= to && i < units.length; i += 1) {
      const wrong = i < cursor ? mistakes.get(i) : i === cursor ? wrongNow : null;
      const span = this.#spans[i];
      if (wrong) span.dataset.typed = VISIBLE.get(wrong) ?? wrong;
      const state = i < cursor ? "done" : i === cursor ? "now" : "";
      span.className = `${state}${wrong ? " mistake" : ""}${units[i] === "\n" ? " break" : ""}`;
    }
    this.#caret.classList.toggle("wrong", wrongNow !== null);
  }

  #measure() {
    if (!this.#spans.length) return;
    this.#width = this.#box.clientWidth;
    this.#places = this.#spans.map((span) => [span.offsetLeft, span.offsetTop]);
    const { width, height } = this.#spans[0].getBoundingClientRect();
    this.#caret.style.width = `${width}px`;
    this.#caret.style.height = `${height}px`;
    this.#line = NaN;
    this.#follow(this.#spans.findIndex((span) => span.classList.contains("now")));
  }

  #follow(cursor) {
    const top = this.#places[cursor]?.[1];
    if (top !== undefined) this.#caret.style.transform = this.place(cursor);
    if (top === this.#line) return;
    this.#line = top;
    this.#caret.hidden = top === undefined;
    if (this.#caret.hidden) return;
    const above = this.#places.findLast(([, other]) => other < top)?.[1] ?? top;
    this.#places.forEach(([, other], i) => {
      if (this.#spans[i].dataset.typed) this.#spans[i].classList.toggle("gone", other < above);
    });
    requestAnimationFrame(() => { this.#box.scrollTop = above - this.#places[0][1]; });
  }
}

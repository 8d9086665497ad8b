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
  #marked = new Set();
  #width = NaN;
  #line = NaN;
  #isWrong = false;

  constructor(box) {
    this.#box = box;
    this.#caret.className = "caret";
    new ResizeObserver(() => {
      if (this.#width !== this.#box.clientWidth) this.measure();
    }).observe(box);
    document.fonts.addEventListener("loadingdone", () => this.measure());
  }

  show(machine) {
    this.#spans = machine.units.map((unit) => {
      const span = document.createElement("span");
      span.textContent = unit;
      return span;
    });
    this.#marked.clear();
    this.#box.replaceChildren(this.#caret, ...this.#spans);
    this.#paint(machine, 0, this.#spans.length);
    this.measure();
  }

  paint(machine, from, to) {
    this.#paint(machine, from, to);
    this.#follow(machine.cursor);
  }

  /** Where a unit stands in the box, as a transform; nothing beyond the end. */
  place(position) {
    const place = this.#places[position];
    return place ? `translate(${place.left}px, ${place.top}px)` : "";
  }

  #paint({ cursor, mistakes, units, wrongNow }, from, to) {
    for (let i = from; i <= to && i < units.length; i += 1) {
      const wrong = i < cursor ? mistakes.get(i) : i === cursor ? wrongNow : null;
      const span = this.#spans[i];
      if (wrong) {
        span.dataset.typed = VISIBLE.get(wrong) ?? wrong;
        this.#marked.add(i);
      }
      const state = i < cursor ? "done" : i === cursor ? "now" : "";
      span.className = `${state}${wrong ? " mistake" : ""}${units[i] === "\n" ? " break" : ""}`;
    }
    if (this.#isWrong !== (wrongNow !== null)) {
      this.#isWrong = wrongNow !== null;
      this.#caret.classList.toggle("wrong", this.#isWrong);
    }
  }

  measure() {
    if (!this.#spans.length) return;
    this.#width = this.#box.clientWidth;
    this.#places = this.#spans.map((span) => ({ left: span.offsetLeft, top: span.offsetTop }));
    const { width, height } = this.#spans[0].getBoundingClientRect();
    this.#caret.style.width = `${width}px`;
    this.#caret.style.height = `${height}px`;
    this.#line = NaN;
    this.#follow(this.#spans.findIndex((span) => span.classList.contains("now")));
  }

  #follow(cursor) {
    const top = this.#places[cursor]?.top;
    if (top !== undefined) this.#caret.style.transform = this.place(cursor);
    if (top === this.#line) return;
    this.#line = top;
    this.#caret.hidden = top === undefined;
    if (this.#caret.hidden) return;
    let before = cursor;
    while (before > 0 && this.#places[before].top === top) before -= 1;
    const above = this.#places[before].top;
    requestAnimationFrame(() => this.#roll(above));
  }

  /** Scrolls to a line, the one above the current; marks of mistakes do not hang down from those that are gone. */
  #roll(above) {
    for (const i of this.#marked) this.#spans[i].classList.toggle("gone", this.#places[i].top < above);
    this.#box.scrollTop = above - this.#places[0].top;
  }
}

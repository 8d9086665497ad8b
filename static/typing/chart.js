/**
 * <told-chart>: a chart that tells what it shows mark by mark: the one pointed at, or with arrow keys, being a slider, so
 * that it is one tab stop. Its marks are what has a title; without this they tell as the browser does.
 */

const SVG = "http://www.w3.org/2000/svg";
const APART = 10;
const NEAR_THE_END = 0.75;

function explore(chart) {
  const svg = chart.querySelector("svg");
  const marks = [...svg.querySelectorAll("title")].map((title) => title.parentNode);
  const words = [...document.querySelectorAll(".told [class^=pace]")];
  if (!marks.length) return;
  const told = marks.map((mark) => mark.querySelector("title").textContent);
  const dot = svg.appendChild(document.createElementNS(SVG, "circle"));
  const label = svg.appendChild(document.createElementNS(SVG, "text"));
  let now = -1;

  /** Shows one mark; none at −1. */
  function show(place) {
    for (const list of [marks, words]) {
      list[now]?.classList.remove("now");
      list[place]?.classList.add("now");
    }
    now = place;
    dot.setAttribute("r", now < 0 ? 0 : 4);
    label.textContent = told[now] ?? "";
    if (now < 0) return;
    const { x, y, width, height } = marks[now].getBBox();
    const across = x + width / 2;
    const down = Number(marks[now].dataset.y ?? y + height / 2);
    const isLate = across > wide() * NEAR_THE_END;
    dot.setAttribute("cx", across);
    dot.setAttribute("cy", down);
    label.setAttribute("x", across + (isLate ? -APART : APART));
    label.setAttribute("y", down > 2 * APART ? down - APART : down + 2 * APART);
    label.setAttribute("text-anchor", isLate ? "end" : "start");
    chart.setAttribute("aria-valuenow", now + 1);
    chart.setAttribute("aria-valuetext", told[now]);
  }

  /** The width of the chart in units of its own. */
  function wide() {
    return svg.viewBox.baseVal?.width || svg.clientWidth;
  }

  /** The mark that is nearest to a place across. */
  function nearest(place) {
    const away = marks.map((mark) => {
      const { x, width } = mark.getBBox();
      return Math.max(x - place, place - x - width, 0);
    });
    return away.indexOf(Math.min(...away));
  }

  dot.setAttribute("class", "told-dot");
  label.setAttribute("class", "told-now");
  for (const mark of marks) mark.querySelector("title").remove();
  chart.tabIndex = 0;
  for (const [name, value] of [["role", "slider"], ["aria-label", svg.getAttribute("aria-label")],
    ["aria-valuemin", 1], ["aria-valuemax", marks.length]]) chart.setAttribute(name, value);
  svg.setAttribute("aria-hidden", true);
  chart.setAttribute("aria-valuenow", 1);
  chart.setAttribute("aria-valuetext", told[0]);

  chart.addEventListener("focus", () => { if (now < 0) show(0); });
  chart.addEventListener("blur", () => show(-1));
  chart.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: marks.length - 1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    show(Math.min(Math.max(steps[event.key], 0), marks.length - 1));
  });
  chart.addEventListener("pointermove", ({ clientX }) => {
    const { left, width } = svg.getBoundingClientRect();
    show(nearest(((clientX - left) / width) * wide()));
  });
  chart.addEventListener("pointerleave", () => show(chart === document.activeElement ? now : -1));
}

customElements.define("told-chart", class extends HTMLElement {
  connectedCallback() {
    explore(this);
  }
});

/** The chart of a run tells its words one by one: the one pointed at, or with arrow keys, the chart being a slider. */

const SVG = "http://www.w3.org/2000/svg";
const ABOVE = 10;
const NEAR_THE_END = 0.75;

export function explore(chart) {
  const svg = chart.querySelector("svg");
  const bars = [...svg.querySelectorAll(".run-bars rect")];
  const words = [...document.querySelectorAll(".told [class^=pace]")];
  if (!bars.length) return;
  const told = bars.map((bar) => bar.querySelector("title").textContent);
  const dot = svg.appendChild(document.createElementNS(SVG, "circle"));
  const label = svg.appendChild(document.createElementNS(SVG, "text"));
  let now = -1;

  /** Shows one word; none at −1. */
  function show(place) {
    for (const list of [bars, words]) {
      list[now]?.classList.remove("now");
      list[place]?.classList.add("now");
    }
    now = place;
    dot.classList.toggle("run-dot", now >= 0);
    label.textContent = told[now] ?? "";
    if (now < 0) return;
    const { x, width } = bars[now];
    const middle = x.baseVal.value + width.baseVal.value / 2;
    const isLate = middle > svg.viewBox.baseVal.width * NEAR_THE_END;
    dot.setAttribute("cx", middle);
    dot.setAttribute("cy", bars[now].dataset.y);
    label.setAttribute("x", middle + (isLate ? -ABOVE : ABOVE));
    label.setAttribute("y", Math.max(bars[now].dataset.y - ABOVE, ABOVE));
    label.setAttribute("text-anchor", isLate ? "end" : "start");
    chart.setAttribute("aria-valuenow", now + 1);
    chart.setAttribute("aria-valuetext", told[now]);
  }

  dot.setAttribute("r", 4);
  dot.setAttribute("class", "run-dot");
  label.setAttribute("class", "run-now");
  chart.tabIndex = 0;
  for (const [name, value] of [["role", "slider"], ["aria-label", svg.getAttribute("aria-label")],
    ["aria-valuemin", 1], ["aria-valuemax", bars.length]]) chart.setAttribute(name, value);
  svg.setAttribute("aria-hidden", true);
  show(0);
  show(-1);

  chart.addEventListener("focus", () => { if (now < 0) show(0); });
  chart.addEventListener("blur", () => show(-1));
  chart.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: bars.length - 1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    show(Math.min(Math.max(steps[event.key], 0), bars.length - 1));
  });
  chart.addEventListener("pointermove", ({ clientX }) => {
    const { left, width } = svg.getBoundingClientRect();
    const x = ((clientX - left) / width) * svg.viewBox.baseVal.width;
    show(bars.findLastIndex((bar) => bar.x.baseVal.value <= x));
  });
  chart.addEventListener("pointerleave", () => show(chart === document.activeElement ? now : -1));
}

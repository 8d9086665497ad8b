/**
 * From a result onward: Enter follows its first action, wherever the focus was left; not at once, lest a typist rush past
 * it. Meanwhile the page it leads to is made ready, where the browser can.
 */

const MS_BEFORE_ENTER_COUNTS = 500;
const shownAt = performance.now();
const primary = document.querySelector("a[data-primary]");
const chart = document.querySelector("told-chart");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("a, button, input, select, summary, textarea")) return;
  if (event.timeStamp > shownAt + MS_BEFORE_ENTER_COUNTS) document.querySelector("[data-primary]")?.click();
});

// Pages of practice may not be stored, so only a page that waits ready-made is there at once.
if (primary && HTMLScriptElement.supports?.("speculationrules")) {
  const rules = document.createElement("script");
  rules.type = "speculationrules";
  rules.textContent = JSON.stringify({ prerender: [{ urls: [primary.href], eagerness: "immediate" }] });
  document.head.append(rules);
}
if (chart) import("./chart.js").catch(() => {});

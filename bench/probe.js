/** Runs in a page before its own scripts: notes its paints, its shifts and how long each key takes to be seen. */
(() => {
  const seen = { lcp: null, cls: 0, slow: [], painted: [], first: null };
  const done = () => document.querySelectorAll(".exercise-text .done").length;
  const observe = (type, note, options) => {
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...options });
  };
  const afterPaint = (note) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => note(performance.now());
    port2.postMessage(null);
  });
  observe("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
  observe("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value; });
  observe("event", (entry) => { if (entry.name === "keydown") seen.slow.push(entry.duration); }, { durationThreshold: 16 });
  addEventListener("keydown", (event) => {
    afterPaint((now) => seen.painted.push(now - event.timeStamp));
  }, { capture: true });

  /** Whether a key struck now has somewhere to go: the text is there, and the field, if the page has one, has the focus. */
  const ready = () => {
    const text = document.querySelector(".exercise-text");
    const takes = document.activeElement?.matches("textarea") || document.documentElement.dataset.keys === "everywhere";
    return takes && text?.checkVisibility() ? text.textContent : "";
  };
  const untilReady = () => {
    const text = ready();
    if (text) globalThis.benchReady?.(text);
    else requestAnimationFrame(untilReady);
  };
  const untilTyped = () => {
    if (done() > 0) afterPaint((now) => { seen.first = now; });
    else requestAnimationFrame(untilTyped);
  };
  requestAnimationFrame(untilReady);
  requestAnimationFrame(untilTyped);

  globalThis.bench = {
    seen,
    done,
    load() {
      const [navigation] = performance.getEntriesByType("navigation");
      const [paint] = performance.getEntriesByName("first-contentful-paint");
      return { ttfb: navigation.responseStart, fcp: paint?.startTime, lcp: seen.lcp, cls: seen.cls };
    },
    /** Gives the exercise a text long enough for a run. */
    lengthen(times) {
      const exercise = document.querySelector("typing-exercise");
      if (exercise) exercise.text = Array(times).fill(exercise.text).join("\n");
      return (exercise?.text ?? document.querySelector(".exercise-text").textContent);
    },
    forget() {
      seen.slow.length = 0;
      seen.painted.length = 0;
    },
  };
})();

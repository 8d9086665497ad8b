/**
 * Offers the browser's time zone: at sign-up unseen, in the settings as the first of the list, chosen only for strangers.
 * There it also keeps the list short: what is not well known is found by its name.
 */

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const field = document.querySelector("[name=timezone]");

if (field instanceof HTMLSelectElement) {
  const every = field.querySelector("optgroup:last-of-type");
  const options = [...every.children];
  every.remove();
  const browsers = options.find(({ value, dataset }) => value === zone || dataset.also?.split(" ").includes(zone));
  if (browsers) putFirst(browsers, { chosen: "offerTimezone" in field.dataset });
  offerSearch(options, document.getElementById(`${field.id}_search`));
} else {
  field.value = zone;
}

/** Put a time zone before all others, unless it is there. */
function putFirst({ value, text }, { chosen }) {
  if (field.options[0].text !== text) field.prepend(new Option(text, value));
  if (chosen) field.selectedIndex = 0;
}

/** Suggest time zones by name, and choose the one that was meant. */
function offerSearch(options, search) {
  for (const { text } of options) search.list.append(new Option("", text));
  search.closest("[hidden]").hidden = false;

  const take = (option) => {
    putFirst(option, { chosen: true });
    search.value = "";
  };
  const found = () => {
    const asked = plain(search.value.trim());
    const named = options.filter(({ text }) => `${plain(text)},`.startsWith(`${asked},`));
    const begun = named.length ? named : options.filter(({ text }) => plain(text).startsWith(asked));
    return begun.length ? begun : options.filter(({ text }) => plain(text).includes(asked));
  };

  search.addEventListener("input", ({ inputType }) => {
    search.setCustomValidity("");
    const suggested = options.find(({ text }) => text === search.value);
    if (!suggested || (inputType && inputType !== "insertReplacementText")) return;
    take(suggested);
    field.focus();
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !search.value.trim()) return;
    event.preventDefault();
    const [first] = found();
    if (first) {
      take(first);
      field.focus();
    } else {
      search.setCustomValidity(search.dataset.refusal);
      search.reportValidity();
    }
  });
  search.addEventListener("change", () => {
    if (!search.value.trim()) return;
    const [first, ...more] = found();
    if (first && !more.length) take(first);
    else search.setCustomValidity(search.dataset.refusal);
  });
}

/** As it is compared: without case, and ё as е, as CLDR mostly writes it. */
function plain(text) {
  return text.toLowerCase().replaceAll("ё", "е");
}

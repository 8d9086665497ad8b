/** Shows what is chosen on the page itself before it is saved, and lets sounds be heard. */

import { attributeOf } from "../typing/attributes.js";

const form = document.querySelector(".view-form");

/** What a field says, as it is kept; nothing where it is empty or out of bounds. */
function valueOf(field) {
  if (field.type === "checkbox") return field.checked ? "on" : "off";
  return field.checkValidity() ? field.value : "";
}

function show(field) {
  const value = valueOf(field);
  if (!value || value === field.dataset.usual) document.documentElement.removeAttribute(attributeOf(field.name));
  else document.documentElement.setAttribute(attributeOf(field.name), value);
}

async function sound(field) {
  const { SOUNDS, beHeard } = await import("../typing/sounds.js");
  const { volume } = form.elements;
  beHeard(valueOf(volume) || volume.dataset.usual);
  SOUNDS[field.name === "volume" ? "sound_keys" : field.name]?.();
}

form.addEventListener("input", ({ target }) => {
  show(target);
  const isSound = target.closest("fieldset") === form.elements.volume.closest("fieldset");
  if (target.name === "volume" || (target.checked && isSound)) sound(target);
});
// What the browser has put back into the fields after a reload.
for (const field of form.querySelectorAll("[data-usual]")) show(field);

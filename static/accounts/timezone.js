/** Offers the browser's time zone where the learner has chosen none; one the server does not know changes nothing. */

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const field of document.querySelectorAll("[data-offer-timezone]")) {
  const before = field.value;
  field.value = zone;
  if (field.value !== zone) field.value = before;
}

/** The keyboard on the page: the key to strike next is lit with its finger, a wrong one is shown for a moment. */

const MS_OF_A_SLIP = 400;

/** What strikes each character: its key, with the Shift of the other hand, or of the only one, where it is needed. */
export function strikesOf(keys) {
  const withCode = (code) => keys.filter((key) => key.dataset.code === code);
  const shifts = { left: withCode("ShiftRight"), right: withCode("ShiftLeft") };
  if (shifts.left[0].dataset.hand === "left") shifts.left = withCode("ShiftLeft");
  if (shifts.right[0].dataset.hand === "right") shifts.right = withCode("ShiftRight");
  const enter = withCode("Enter");
  const strikes = new Map([["", []]]);
  for (const { dataset: { code, base, shift, hand } } of keys.filter((key) => "base" in key.dataset)) {
    const key = withCode(code);
    if (!strikes.has(base)) strikes.set(base, key);
    if (!strikes.has(shift)) strikes.set(shift, [...key, ...shifts[hand]]);
  }
  return strikes.set("\n", enter[0].classList.contains("taught") ? enter : strikes.get(" "));
}

export function lightKeys(exercise) {
  const strikes = strikesOf([...exercise.querySelectorAll(".key")]);
  const fingers = [...exercise.querySelectorAll(".hand [data-finger]")];
  const fingersOf = ({ dataset: { hand, finger } }) => fingers.filter(
    ({ dataset }) => dataset.finger === finger && (finger === "thumb" || dataset.hand === hand));
  for (const [unit, keys] of strikes) strikes.set(unit, [...keys, ...keys.flatMap(fingersOf)]);
  const show = (name, before, now) => {
    if (now === before) return now;
    for (const key of before) key.classList.remove(name);
    for (const key of now) key.classList.add(name);
    return now;
  };
  let lit = [];
  let slipped = [];
  let wrong = 0;
  let struckWrong = null;
  let timer = 0;
  let frame = 0;
  const slip = (keys) => {
    clearTimeout(timer);
    slipped = show("slip", slipped, keys);
    if (keys.length) timer = setTimeout(slip, MS_OF_A_SLIP, []);
  };
  const light = () => {
    const { machine } = exercise;
    frame = 0;
    lit = show("next", lit, strikes.get(machine.units[machine.cursor]) ?? []);
    if (struckWrong !== null) slip(strikes.get(struckWrong) ?? []);
    else if (slipped.length) slip([]);
  };
  exercise.addEventListener("typing-change", () => {
    const { machine } = exercise;
    struckWrong = machine.wrong > wrong ? machine.events.at(-1)[1] : null;
    wrong = machine.wrong;
    frame ||= requestAnimationFrame(light);
  });
  light();
}

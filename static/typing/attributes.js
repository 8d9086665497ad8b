/** The attribute of <html> by which a choice of accounts/choices.py is told to stylesheets and scripts. */
export function attributeOf(name) {
  return `data-${name.replaceAll("_", "-")}`;
}

/** What signs are called, as screen readers skip most of them. */

const ENGLISH = {
  ".": "period", ",": "comma", ";": "semicolon", ":": "colon", "!": "exclamation mark", "?": "question mark",
  "-": "hyphen", "_": "underscore", "'": "apostrophe", '"': "quote", "(": "left parenthesis", ")": "right parenthesis",
  "[": "left bracket", "]": "right bracket", "{": "left brace", "}": "right brace", "<": "less than",
  ">": "greater than", "/": "slash", "\\": "backslash", "|": "vertical bar", "@": "at sign", "#": "number sign",
  $: "dollar sign", "%": "percent sign", "^": "caret", "&": "ampersand", "*": "asterisk", "+": "plus", "=": "equals sign",
  "~": "tilde", "`": "backquote", "№": "numero sign",
};
const RUSSIAN = {
  ".": "точка", ",": "запятая", ";": "точка с запятой", ":": "двоеточие", "!": "восклицательный знак",
  "?": "вопросительный знак", "-": "дефис", "_": "подчёркивание", "'": "апостроф", '"': "кавычка",
  "(": "открывающая скобка", ")": "закрывающая скобка", "[": "открывающая квадратная скобка",
  "]": "закрывающая квадратная скобка", "{": "открывающая фигурная скобка", "}": "закрывающая фигурная скобка",
  "<": "меньше", ">": "больше", "/": "косая черта", "\\": "обратная косая черта", "|": "вертикальная черта",
  "@": "собака", "#": "решётка", $: "знак доллара", "%": "процент", "^": "крышка", "&": "амперсанд",
  "*": "звёздочка", "+": "плюс", "=": "знак равенства", "~": "тильда", "`": "обратный апостроф", "№": "знак номера",
  "ъ": "твёрдый знак", "ь": "мягкий знак",
};

/** The name of a sign in the language of the page; undefined of what has none, as letters. */
export function nameOf(sign) {
  return (document.documentElement.lang === "ru" ? RUSSIAN : ENGLISH)[sign];
}

"""What the fake says: plain advice or a text to type, in the language it is asked for."""

from collections.abc import Iterator
from typing import Any

ADVICE = {
    "ru": "По вашим цифрам больше всего времени уходит на несколько клавиш. Наберите короткое упражнение с ними, "
    "не спеша и без ошибок, а потом вернитесь к обычному тексту. Скорость вырастет сама.",
    "en": "Your figures say that a few keys take most of your time. Type a short exercise with them, slowly and "
    "without mistakes, then go back to ordinary text. The speed will come by itself.",
}
EXERCISE = {
    "ru": "Утром над рекой стоит туман, и лодка тихо идёт вдоль берега. Старый рыбак знает здесь каждый камень. "
    "Он бросает сеть, ждёт и смотрит на воду. К обеду солнце уже высоко, ветер гонит по воде лёгкую рябь.",
    "en": "In the morning a mist hangs over the river, and a boat moves quietly along the bank. The old fisherman "
    "knows every stone here. He throws his net, waits and watches the water until the sun stands high.",
}
OTHER = {"ru": "en", "en": "ru"}


def language_of(messages: list[dict[str, Any]]) -> str:
    return "ru" if "Russian" in str(messages[0].get("content", "")) else "en"


def answer_to(messages: list[dict[str, Any]], language: str) -> str:
    is_exercise = "exercise" in str(messages[0].get("content", "")).lower()
    return (EXERCISE if is_exercise else ADVICE)[language]


def spoilt(kind: str, text: str, messages: list[dict[str, Any]], language: str) -> str:
    """An answer as a fault leaves it."""
    if kind == "language":
        return answer_to(messages, OTHER[language])
    if kind == "markup":
        return f'{text} <img src=x onerror="alert(1)"> [here](https://example.com)'
    if kind == "letters":
        return f"{text} 汉字 ☃ ∰"
    if kind == "repetition":
        return " ".join(text.split()[:3] * 40)
    if kind == "long":
        return (text + " ") * (1_000_000 // len(text))
    return "" if kind == "empty" else text


def pieces(text: str) -> Iterator[str]:
    """A text word by word, as models send it; a long one in larger bites."""
    size = 1 if len(text) < 10_000 else 500
    words = text.split(" ")
    for start in range(0, len(words), size):
        bite = " ".join(words[start : start + size])
        yield bite if start == 0 else f" {bite}"

"""What a learner asks the coach, told from her words: an intent and, for keys and terms, of which. Pure.

Patterns are beginnings of words, in Russian and English; mistyped words count when they are nearly one. Of all patterns
whose groups all occur, the one with the most groups wins, of equals the first.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rapidfuzz.distance import OSA

from coaching.chat.speeds import speed_named

LETTERS_TO_MEND: Final = 5
"""Letters of a beginning from which one may be wrong; of twice as many two."""
LONGEST: Final = 60
"""Words that are looked at."""
WORD = re.compile(r"\d+|[^\W\d_]+(?:['’-][^\W\d_]+)*")


class Intent(StrEnum):
    """What can be asked."""

    SLOW = "slow"
    NEXT = "next"
    IMPROVING = "improving"
    COMPARE = "compare"
    FINGER = "finger"
    WEAK = "weak"
    MISTAKES = "mistakes"
    SPEED = "speed"
    PRACTICE = "practice"
    GOAL = "goal"
    HOW_TO_TYPE = "how to type"
    TERM = "term"
    HAND = "hand"
    LOOKING = "looking"
    HEALTH = "health"
    EXACT_OR_FAST = "exact or fast"
    GOOD_SPEED = "good speed"
    WHO = "who"
    GREETING = "greeting"
    THANKS = "thanks"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked; `about` is a character, a term or the number of a speed, its `unit` "wpm" or "cpm" if it
    was named."""

    intent: Intent
    about: str = ""
    unit: str = ""


WHY: Final = "почему|отчего|чего|зачем|why"
WHICH: Final = "как|какой|какая|какие|каких|какое|какую|каким|какими|что|где|which|what|where|who"
PATTERNS: Final[Sequence[tuple[Intent, tuple[str, ...]]]] = (
    (
        Intent.GOAL,
        (
            "когда|when|долго|long|скоро|soon|сколько",
            "достиг|дости|дойду|дойти|доберусь|добраться|выйду|наберу|буду|смогу|цели|цель|reach|hit|get|be|goal|until|до",
        ),
    ),
    (
        Intent.EXACT_OR_FAST,
        (
            "скорост|быстро|быстрее|speed|fast",
            "точност|точно|ошиб|accura|mistake",
            "или|or|важн|important|лучше|better",
        ),
    ),
    (
        Intent.GOOD_SPEED,
        (
            "wpm|cpm|зн=|знак|скорост|speed|words",
            "хорош|нормальн|норма|плохо|мало|good|normal|enough|average|bad|slow|fast",
            "это|ли|is|are|a|какая|what",
        ),
    ),
    (
        Intent.HEALTH,
        (
            "болит|болят|боль|болеть|ноет|ноют|устаю|устал|устает|устают|немеют|hurt|hurts|pain|ache|aches|sore|tired|numb",
            "рука|руки|руках|запяст|кист|пал=|палец|пальц|спин|шея|шею|wrist|wrists|hand|hands|finger|fingers|arm|arms|back|neck",
        ),
    ),
    (
        Intent.LOOKING,
        ("смотр|подсматр|подгляд|гляд|look|looking|peek|watch", "клавиатур|клавиш|руки|keyboard|keys|hands"),
    ),
    (
        Intent.HAND,
        (
            "рука|рукой|руки|руку|hand",
            "слаб|плох|хуже|отста|медл|weak|slow|bad|worse|worst|lag|behind",
            WHICH,
        ),
    ),
    (Intent.COMPARE, ("прошл|предыдущ|last|previous", "месяц|month")),
    (Intent.COMPARE, ("месяц", "назад")),
    (Intent.COMPARE, ("month", "ago")),
    (Intent.COMPARE, ("сравни|сравнен|compar", "месяц|month|раньше|before|недел|week")),
    (
        Intent.FINGER,
        (
            "пал=|палец|пальц|мизин|безымян|указател|finger|pinky|fingers",
            "слаб|плох|хуже|отста|медл|тормо|ленив|слуша|weak|slow|bad|worst|lag|lagging|lags|lazy|behind|obey",
        ),
    ),
    (
        Intent.FINGER,
        ("пал=|палец|пальц|finger", WHICH, "подвод|меша|ошиба|подтян|mistake|train|trouble|miss|hold"),
    ),
    (
        Intent.WEAK,
        (
            "слаб|плох|хуже|сложн|трудн|проблем|тяжел|weak|worst|hard|problem|difficult|trouble|bad|slowest|медленн",
            "клавиш|кнопк|букв|мест|key|keys|letter|spot|pair|сочетан",
        ),
    ),
    (
        Intent.WEAK,
        (
            WHICH,
            "клавиш|кнопк|букв|key|keys|letter",
            "ошиба|ошибк|опечат|путаю|промах|miss|mistake|error|подвод",
        ),
    ),
    (
        Intent.MISTAKES,
        (
            "много|часто|постоянн|куча|lot|many|often|keep|always|меньше|fewer|less|"
            "избав|перестат|stop|столько|убрат|without|без",
            "ошиб|опечат|промах|mistake|error|typo|errors",
        ),
    ),
    (Intent.MISTAKES, ("где|чем|where|what", "ошиба|промах|опечат|mistake|error|typo|miss")),
    (Intent.MISTAKES, (WHY, "ошиб|опечат|промах|mistake|error|typo|неточн|inaccura")),
    (
        Intent.MISTAKES,
        (
            "точност|аккурат|accuracy|accurate",
            "как|моя|мою|поднят|повыс|улучш|низк|my|how|improv|raise|low|increase|better",
        ),
    ),
    (
        Intent.MISTAKES,
        ("как|how", "повыс|поднят|улучш|improve|raise|increase|better", "точност|аккурат|accuracy"),
    ),
    (Intent.IMPROVING, ("прогресс|progress", "у|есть|мой|ли|я|am|making|my|any|is|show")),
    (
        Intent.IMPROVING,
        (
            "улучша|расту|растет|растёт|прибав|лучше|быстрее|улучшен|improving|improve|better|getting|faster",
            "ли|стал|стала|становлюсь|am|i|getting|have|did|печата",
            "я|скорость|меня|i|me|my",
        ),
    ),
    (
        Intent.IMPROVING,
        ("топч|застр|плато|stuck|plateau|стою", "месте|на|скорост|plateau|стоит|stuck|at|топч|застр"),
    ),
    (
        Intent.SLOW,
        ("как|how", "быстрее|ускорит|faster|quicker", "печата|набира|научит|type|typing|get|become|я|i"),
    ),
    (Intent.SLOW, (WHY, "медл|тормо|туп|slow|копа|долго|медленн")),
    (
        Intent.SLOW,
        (WHY, "быстр|скорост|faster|fast|speed", "не|не=|not|can't|cant|isn't|doesn't|cannot|мал|низк|low"),
    ),
    (
        Intent.SLOW,
        (
            "что|чего|what|where",
            "меша|замедл|тормоз|держ|задерж|hold|holds|holding|slows|slowing|теря|lose|losing",
        ),
    ),
    (Intent.SLOW, ("как|how|хочу|want", "быстрее|ускор|разогн|скорост|faster|quicker|speed")),
    (Intent.SLOW, ("i'm|im|am|я|чет|чо", "медленн|медленно|slow|тормоз|тормож")),
    (
        Intent.NEXT,
        (
            "что|чем|чего|че|what|which",
            "дальше|делать|работат|поработа|учить|тренир|занят|заним|потренир|попробов|следующ|next|practice|practise|train|do|work|learn|start|begin|focus",
        ),
    ),
    (Intent.NEXT, ("с", "чего|чем", "начат|начин|начинать")),
    (Intent.NEXT, ("посовет|совет|подскаж|advice|recommend|suggest|tip|tips|план|plan",)),
    (Intent.SPEED, ("скорост|speed|wpm|cpm", "какая|какой|моя|мою|сколько|у|what|my|how|current|средн")),
    (Intent.SPEED, ("как|how|сколько", "быстро|fast|знак|wpm", "я|печатаю|i|am|do|my|минут")),
    (
        Intent.PRACTICE,
        (
            "сколько|как|how|many|much|долго|long",
            "занима|занятий|тренир|минут|часов|времени|practi|practise|time|minutes|hours|подряд|streak",
            "я|дней|день|дня|уже|надо|нужно|i|day|days|have|should|row|подряд|каждый|в",
        ),
    ),
    (Intent.PRACTICE, ("достаточн|хватает|мало|enough", "занима|занят|тренир|practi|practise")),
    (Intent.PRACTICE, ("сколько|many|много", "дней|day|days", "подряд|row|занима|streak|тренир")),
    (Intent.WHO, ("кто|who", "ты|вы|you")),
    (
        Intent.WHO,
        ("ты|вы|you", "бот|робот|нейросет|человек|живой|ии|bot|robot|human|ai|real|person|model|chatgpt|gpt"),
    ),
    (Intent.WHO, ("что|what", "умеешь|можешь|умеете|можете|can", "ты|вы|you|умеешь|умеете")),
)
SMALL_TALK: Final[Sequence[tuple[Intent, str]]] = (
    (Intent.THANKS, "спасиб|спс|благодар|пасиб|thank|thanks|thx|cheers|ty="),
    (
        Intent.GREETING,
        "привет|здравств|здрасьте|здрасте|хай|прив=|добрый|доброе|добрыи|hello|hi=|hey=|hiya|morning|evening",
    ),
)
ABOUT_TERM: Final = (
    "такое|значит|означает|что|это|объясн|поясни|расскаж|"
    "what|what's|whats|mean|means|meaning|explain|define|is|зачем|про"
)
TERMS: Final[Sequence[tuple[str, tuple[str, ...]]]] = (
    ("weak key", ("слаб|weak", "клавиш|key")),
    ("home row", ("основн|домашн|home", "ряд|позиц|row|position|keys")),
    ("touch typing", ("слеп|touch|blind|десятипальц", "метод|печат|набор|typing|type")),
    ("plateau", ("плато|plateau",)),
    ("wpm", ("wpm|words per minute|слов",)),
    ("cpm", ("cpm|зн=|знак|зн/мин", "мин|cpm|минут|зн=|знак")),
    ("accuracy", ("точност|accuracy",)),
    ("evenness", ("ровност|ритм|ритмичн|равномерн|evenness|consistency|rhythm",)),
    ("rollover", ("перекрыт|перекат|ролловер|rollover|внахл|внахлест",)),
    ("star", ("звезд|star|stars",)),
    ("streak", ("серия|серии|подряд|streak",)),
    ("drill", ("тренировк|упражнен|дрилл|drill",)),
    ("pair", ("биграм|сочетан|bigram|pair|pairs",)),
    ("cost", ("потер|теря|cost|1000|lost",)),
)
TYPING: Final = (
    "набра|набир|напеча|печата|ввест|вводит|постав|ставит|нажат|нажим|нажм|"
    "написат|писат|сделат|жать|бить|type|write|enter|press|make|get|put|hit|find|найти"
)
PLACE: Final = "где|which|where|каким|какой|какая|what"
KEY_WORDS: Final = (
    "клавиш|кнопк|букв|знак|символ|палец|пальц|клав|клаве|клавиатур|"
    "key|letter|finger|sign|symbol|keyboard|заглавн|больш|capital|upper"
)
NAMED: Final[Sequence[tuple[str, tuple[str, ...]]]] = (
    (";", ("точка|точку", "запят")),
    (";", ("semicolon|semi-colon",)),
    ("?", ("вопросит|вопроса|question", "знак|mark|вопросит")),
    ("!", ("восклицат|exclamation",)),
    ("@", ("собак|собач|эт=|at-sign",)),
    ("@", ("at", "sign|symbol")),
    ("#", ("решетк|хештег|хэштег|hash|hashtag|pound",)),
    ("*", ("звездочк|asterisk",)),
    ('"', ("кавычк|quote|quotes|quotation",)),
    (":", ("двоеточи|colon",)),
    (",", ("запят|comma",)),
    ("–", ("en", "dash")),
    ("—", ("em|long", "dash")),
    ("—", ("тире",)),
    ("-", ("дефис|минус|dash|hyphen|minus",)),
    ("%", ("процент|percent",)),
    ("(", ("скобк|скобоч|bracket|parenthes",)),
    ("\\", ("бэкслеш|обратн|backslash",)),
    ("/", ("слеш|слэш|дробь|slash",)),
    ("+", ("плюс|plus",)),
    ("=", ("равно|equals",)),
    ("№", ("номер",)),
    ("$", ("доллар|dollar",)),
    ("_", ("подчерк|underscore",)),
    ("&", ("амперсанд|ampersand",)),
    ("'", ("апостроф|apostrophe",)),
    ("ъ", ("твердый|твердого",)),
    ("ь", ("мягкий|мягкого",)),
    (".", ("точка|точку|period|dot|stop",)),
    ("~", ("тильд|tilde",)),
)


def understand(text: str) -> Asked:
    """What a question asks."""
    words = words_of(text)
    if (character := _character_asked(text, words)) is not None:
        return Asked(Intent.HOW_TO_TYPE, character)
    # A pattern that has many groups says more than the name of a term.
    best, size = Intent.UNKNOWN, 0
    for intent, groups in PATTERNS:
        if len(groups) > size and _all_occur(groups, words):
            best, size = intent, len(groups)
    if (term := _term_asked(words)) and (size == 0 or _defines(words)):
        return Asked(Intent.TERM, term)
    if best in (Intent.GOAL, Intent.GOOD_SPEED):
        return Asked(best, *speed_named(text))
    if size:
        return Asked(best)
    talk = next((intent for intent, stems in SMALL_TALK if _occurs(stems, words)), None)
    return Asked(talk or Intent.UNKNOWN)


def words_of(text: str) -> list[str]:
    return WORD.findall(text.lower().replace("ё", "е").replace("’", "'"))[:LONGEST]


def _all_occur(groups: Collection[str], words: Sequence[str]) -> bool:
    """Whether there is a word for each group; no word serves two."""
    left = list(words)
    for group in groups:
        found = next((word for word in left if _is_one_of(word, group)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _occurs(group: str, words: Sequence[str]) -> bool:
    return any(_is_one_of(word, group) for word in words)


def _is_one_of(word: str, group: str) -> bool:
    return any(_begins(word, stem) for stem in group.split("|"))


def _begins(word: str, stem: str) -> bool:
    """Whether a word begins so, or nearly; a short beginning and one with "=" are whole words."""
    if stem.endswith("="):
        return word == stem[:-1]
    if len(stem) < 4:
        return word == stem
    if word.startswith(stem):
        return True
    if len(stem) < LETTERS_TO_MEND:
        return False
    allowed = len(stem) // LETTERS_TO_MEND
    beginnings = (word[: len(stem) + more] for more in (-1, 0, 1))
    return word[0] == stem[0] and any(
        OSA.distance(one, stem, score_cutoff=allowed) <= allowed for one in beginnings
    )


def _defines(words: Sequence[str]) -> bool:
    """Whether a meaning is asked for, not a figure."""
    return _occurs("такое|значит|означает|объясн|поясни|mean|means|meaning|explain|define", words) or (
        len(words) <= 5
        and list(words[:2]) in (["what", "is"], ["what's", "a"], ["what", "are"])
        and not _occurs("my|i", words)
    )


def _term_asked(words: Sequence[str]) -> str:
    """The term whose meaning is asked for; "" for none."""
    if not (_occurs(ABOUT_TERM, words) or len(words) <= 2):
        return ""
    return next((term for term, groups in TERMS if _all_occur(groups, words)), "")


def _character_asked(text: str, words: Sequence[str]) -> str | None:
    """The character a question is about typing; None when it is about something else."""
    is_how = _occurs("как|how", words) and _occurs(TYPING, words)
    is_where = _occurs(PLACE, words) and (_occurs(KEY_WORDS, words) or len(words) <= 3)
    if not (is_how or is_where):
        return None
    if (named := _named(words)) is not None:
        return named
    asked = text.strip().rstrip("?!. ") or text.strip()
    alone = [piece.strip("«»\"'“”`,.()") or piece.strip() for piece in asked.split()]
    character = next(
        (
            piece
            # Each but once: looking for its quotes takes the whole text.
            for piece in dict.fromkeys(reversed(alone))
            if len(piece) == 1
            and (piece.lower() not in "яiувскоаи" or piece == alone[-1] or _is_marked(piece, asked))
        ),
        None,
    )
    if character is None:
        return None
    is_capital = _occurs("заглавн|больш|прописн|capital|upper|uppercase", words)
    return character.upper() if is_capital else character


def _named(words: Sequence[str]) -> str | None:
    return next((char for char, groups in NAMED if _all_occur(groups, words)), None)


def _is_marked(char: str, text: str) -> bool:
    """Whether a letter that is a word, too, stands in quotes or after its kind: «буква я»."""
    if re.search(rf"[«\"'“`]{re.escape(char)}[»\"'”`]", text):
        return True
    return bool(
        re.search(
            rf"(?:букв[ауе]|клавиш[ауе]|кнопк[ауе]|letter|key)\s+{re.escape(char)}\b", text, re.IGNORECASE
        )
    )

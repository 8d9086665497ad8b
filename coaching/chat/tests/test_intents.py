"""What learners ask, as they write it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.chat.intents import Asked, Intent, understand

RUSSIAN = {
    "почему я так медленно печатаю?": "slow",
    "пачему я такой медленый": "slow",
    "че я торможу": "slow",
    "что меня тормозит": "slow",
    "как печатать быстрее": "slow",
    "почему скорость не растёт": "slow",
    "Что делать дальше?": "next",
    "чем мне сейчас заняться": "next",
    "с чего начать": "next",
    "посоветуй упражнение плиз": "next",
    "я вообще становлюсь лучше?": "improving",
    "есть ли у меня прогресс": "improving",
    "кажется я топчусь на месте": "improving",
    "сравни с прошлым месяцем": "compare",
    "как было месяц назад": "compare",
    "какой у меня самый слабый палец?": "finger",
    "какой палец тормозит": "finger",
    "мизинец отстаёт?": "finger",
    "какие клавиши у меня слабые": "weak",
    "на каких буквах я чаще ошибаюсь": "weak",
    "почему у меня столько опечаток": "mistakes",
    "как делать меньше ошибок": "mistakes",
    "какая у меня скорость": "speed",
    "сколько дней подряд я занимаюсь": "practice",
    "когда я достигну 400": "goal 400",
    "когда я дойду до цели?": "goal",
    "сколько мне ещё до 300 зн/мин": "goal 300",
    "как набрать @": "how to type @",
    "где на клавиатуре ё": "how to type ё",
    "как поставить точку с запятой?": "how to type ;",
    "каким пальцем жать букву ф": "how to type ф",
    "как напечатать большую Щ": "how to type Щ",
    "как набрать собаку": "how to type @",
    "что такое ровность": "term evenness",
    "что значит зн/мин?": "term cpm",
    "что такое слабая клавиша": "term weak key",
    "объясни слепой метод": "term touch typing",
    "ты нейросеть?": "who",
    "Здравствуйте!": "greeting",
    "спасибо большое": "thanks",
    "над чем мне работать?": "next",
    "над чем поработать": "next",
    "какой рукой я печатаю хуже": "hand",
    "что такое плато?": "term plateau",
    "надо ли смотреть на клавиатуру": "looking",
    "достаточно ли я занимаюсь": "practice",
    "у меня болят руки": "health",
    "устают пальцы": "health",
    "что лучше: скорость или точность?": "exact or fast",
    "200 зн/мин это хорошо?": "good speed 200",
    "какая скорость хорошая": "good speed",
    "где я ошибаюсь": "mistakes",
    "на чём я ошибаюсь чаще всего": "mistakes",
    "как поставить тире": "how to type —",
    "как набрать дефис": "how to type -",
    "мизинцы не слушаются": "finger",
    "какая завтра погода": "unknown",
    "напиши курсовую": "unknown",
}
ENGLISH = {
    "why am i so slow": "slow",
    "Why cant I type faster?": "slow",
    "whats holding me back": "slow",
    "how do I get faster": "slow",
    "where do i lose time": "slow",
    "what should I practice next?": "next",
    "what should I work on?": "next",
    "which hand is worse?": "hand",
    "what is a plateau?": "term plateau",
    "should I look at the keyboard?": "looking",
    "do I practise enough?": "practice",
    "my wrists hurt": "health",
    "what matters more, speed or accuracy, what is better": "exact or fast",
    "is 40 wpm good?": "good speed 40",
    "where do I make mistakes": "mistakes",
    "how do i type an em dash": "how to type —",
    "how do I type a dash": "how to type -",
    "what do i do now": "next",
    "any tips?": "next",
    "what to focus on": "next",
    "am i improving": "improving",
    "am I getting any better?": "improving",
    "i think im stuck at a plateau": "improving",
    "show my progress": "improving",
    "compare with last month": "compare",
    "how was i a month ago": "compare",
    "what is my weakest finger": "finger",
    "which finger is the slowest?": "finger",
    "is my pinky lagging": "finger",
    "which keys are my worst": "weak",
    "what letters do i miss most": "weak",
    "why do I make so many mistakes": "mistakes",
    "how can i make fewer typos": "mistakes",
    "how do i improve my acuracy": "mistakes",
    "whats my speed": "speed",
    "how fast am I?": "speed",
    "how many days in a row have I practiced": "practice",
    "when will i reach 60 wpm?": "goal 60",
    "how long until my goal": "goal",
    "how do I type @": "how to type @",
    "how to type a semicolon?": "how to type ;",
    "where is the ampersand key": "how to type &",
    "which finger for the letter z": "how to type z",
    "how do i type a capital Q": "how to type Q",
    "what is WPM": "term wpm",
    "what does rollover mean": "term rollover",
    "what is the home row?": "term home row",
    "explain evenness": "term evenness",
    "are you a bot?": "who",
    "hello": "greeting",
    "thx!": "thanks",
    "whats the weather tomorrow": "unknown",
    "write my essay": "unknown",
}


@pytest.mark.parametrize(("question", "meant"), [*RUSSIAN.items(), *ENGLISH.items()])
def test_real_questions(question, meant):
    asked = understand(question)
    assert f"{asked.intent} {asked.about}".strip() == meant


def test_there_are_thirty_of_each():
    assert len(RUSSIAN) >= 30 and len(ENGLISH) >= 30


@pytest.mark.parametrize(
    ("question", "number", "unit"),
    [
        ("когда я достигну 80 wpm", "80", "wpm"),
        ("когда я достигну 60 слов в минуту", "60", "wpm"),
        ("когда я достигну 400зн/мин", "400", "cpm"),
        ("если заниматься по 15 минут, когда я достигну 400 зн/мин?", "400", "cpm"),
        ("если заниматься по 15 минут, когда я достигну 400?", "400", ""),
        ("сколько ещё до 300, если сейчас 200", "300", ""),
        ("когда с 200 зн/мин дойду до 300 зн/мин, по 1000 знаков... 5 раз", "1000", "cpm"),
        ("когда я достигну 10000", "10000", ""),
        ("когда я достигну 10 000 знаков", "10000", "cpm"),
        ("когда я достигну 0", "0", ""),
        ("когда я достигну 12345678901234567890", "12345678901234567890", ""),
        ("когда я достигну 97,5% точности", "", ""),
        ("когда я дойду до цели", "", ""),
        ("when will I reach 62.5 WPM in 30 days", "62.5", "wpm"),
        ("when will I reach 300 characters a minute at 20 minutes a day", "300", "cpm"),
        ("is 70wpm good?", "70", "wpm"),
    ],
)
def test_the_speed_in_a_question(question, number, unit):
    asked = understand(question)
    assert asked.intent in (Intent.GOAL, Intent.GOOD_SPEED)
    assert (asked.about, asked.unit) == (number, unit)


def test_e_and_yo_are_one():
    assert understand("на чём я теряю врёмя") == understand("на чем я теряю время")


@given(st.text(max_size=300))
def test_whatever_is_asked_is_understood_as_something(text):
    asked = understand(text)
    assert isinstance(asked, Asked) and isinstance(asked.intent, Intent)
    assert asked.intent != Intent.HOW_TO_TYPE or len(asked.about) == 1


@pytest.mark.parametrize(
    "piece",
    ["как набрать я я я", "a-", "буква ", "'", "пачиму ", "скорост", "когда 1", "a’", "где ю ", "?. "],
)
def test_no_question_keeps_the_processor(piece):
    began = time.process_time()
    understand((piece * 1000)[:1000])
    understand(("как набрать " + piece[-2:] * 1000)[:998] + " ы")
    assert time.process_time() - began < 0.4

"""Simulated learners who type, tire, err and learn: `Typist("sloppy", seed=1, language="en").type(text)`.

They stand for people in benches of the coach, so nothing here is taken from its model: no formula, constant or prior of
`progress.keystrokes`. What is assumed, each from what is known of typing or, where nothing is, said to be a guess:

- **An interval is a sum of stages in ms**, not of logarithms: a finger travels (Fitts's law over the distance on the
  keyboard; the other hand has begun before, a finger that must strike twice has not), the key is found in memory or by
  eye, Shift is pressed, a word is read before its first letter. Salthouse, "Perceptual, cognitive, and motoric
  aspects of transcription typing" (1986).
- **Practice wears stages off exponentially**: finding a key by strikes of that key, the way between two keys by strikes
  of that pair, each towards a rest of its own. Single people learn so, and power laws come from averaging over them:
  Heathcote, Brown & Mewhort (2000). A strike soon after the same key or pair teaches less (`CROWDED`, after the spacing
  effect); what was learned fades over days away, to a part (`FORGOTTEN`). Sizes are guesses.
- **Noise is ex-Gaussian** and sometimes a pause of a second; a session has a tempo and a care of its own, which drift
  from one to the next, and each finger a good or bad day; tempo falls with tiredness and rises while warming up.
- **Errors** come of keys not yet known (a neighbour is struck) and of haste: the shorter a stroke was for its key, the
  likelier it slips. One error makes another likelier, and the stroke after it is slow.
- **Mistakes are noticed late** by the fast: in free mode up to three characters later, and then taken back; where the
  page stops at a mistake, a stroke or two may already be on their way.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Final, NamedTuple

from lessons import keyboards
from lessons.languages import TYPED
from progress.keystrokes.logs import whole_milliseconds
from progress.keystrokes.replay import BACKSPACE, Event, Mode

CROWDED: Final = 12
"""Strokes within which a second strike of the same key teaches only part of what it else would."""
FORGOTTEN: Final = 0.45
"""What of the practice is lost at most, away for months."""
NOTICED: Final = 3


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Somebody's hands before any practice here; times in ms, practice in strikes.

    `travel`: a stroke of one key width. `finding`: a key not yet known. `known`: how many strikes of a home key she
    brings, fewer of those farther away. `worn`: strikes that bring finding to its 37 %; `smooths`: strikes of a pair,
    likewise. `noise`: SD of a stroke in parts of its mean, `tail`: mean of the exponential part, likewise. `slips`:
    errors at her own pace, `haste`: how many times more at twice the speed, `mislearned`: more of them where a key is
    not known. `odd`: how many keys are much worse than they need be. `away`: days away in the middle of her history.
    """

    travel: float
    finding: float
    known: float
    worn: float
    smooths: float = 250
    reading: float = 60
    shift: float = 120
    noise: float = 0.14
    tail: float = 0.18
    slips: float = 0.02
    haste: float = 3.0
    mislearned: float = 0.06
    odd: int = 4
    weak_hand: str = ""
    looks: bool = False
    away: int = 0


KINDS: Final[Mapping[str, Kind]] = {
    "hunting": Kind(
        travel=190, finding=620, known=12, worn=150, reading=160, shift=420, tail=0.35, looks=True
    ),
    "exact": Kind(travel=185, finding=190, known=130, worn=400, slips=0.004, haste=1.5, mislearned=0.02),
    "sloppy": Kind(travel=95, finding=90, known=400, worn=500, slips=0.03, haste=6.0, mislearned=0.08, odd=6),
    "plateau": Kind(travel=125, finding=130, known=1500, worn=1500, smooths=1500, odd=7),
    "returning": Kind(travel=120, finding=170, known=250, worn=250, away=120),
    "one-handed": Kind(travel=140, finding=180, known=200, worn=400, weak_hand="left"),
}
"""Beginner who hunts by eye, slow and exact, fast and sloppy, stuck at a plateau, back after months, one weak hand."""


class Place(NamedTuple):
    """Where a character is struck: key widths from the left, rows from the top; how far that is from home."""

    x: float
    y: int
    finger: str
    hand: str
    shift: bool
    reach: float


class Expected(NamedTuple):
    """What a stroke takes at this moment, on an average day: ms, and the chance to miss it."""

    ms: float
    error: float


@cache
def places(layout: str) -> Mapping[str, Place]:
    """Every character of a layout, with the distance from where its finger rests."""
    found: dict[str, tuple[float, int, keyboards.Key, bool]] = {}
    home: dict[tuple[str, str], tuple[float, int]] = {}
    for y, row in enumerate(keyboards.layout(layout).rows):
        x = 0.0
        for key in row:
            x += key.gap + key.width / 2
            if key.code in ("KeyA", "KeyS", "KeyD", "KeyF", "KeyJ", "KeyK", "KeyL", "Semicolon", "Space"):
                home[key.hand, key.finger] = x, y
            for character, shifted in ((key.base, False), (key.shift, True)):
                if character:
                    found.setdefault(character, (x, y, key, shifted))
            x += key.width / 2
    return {
        character: Place(x, y, key.finger, key.hand, shifted, math.dist((x, y), home[key.hand, key.finger]))
        for character, (x, y, key, shifted) in found.items()
    }


@cache
def neighbours(layout: str) -> Mapping[str, str]:
    """The characters struck in place of each: those of the keys around, with Shift or without alike."""
    all_places = places(layout)
    return {
        character: "".join(
            other
            for other, there in all_places.items()
            if there.shift == place.shift
            and other != character
            and math.dist((there.x, there.y), (place.x, place.y)) < 1.6
        )
        for character, place in all_places.items()
    }


@dataclass
class Today:
    """What a session has of its own: factors of tempo, of errors, and of each finger."""

    tempo: float = 1.0
    care: float = 1.0
    fingers: dict[str, float] = field(default_factory=dict)


class Learning:
    """What practice teaches one learner, by strikes of keys and of pairs, each for itself.

    `bench.practice` assumes other laws, too. `before` is the word so far, from the space before it.
    """

    teaches = 1.0
    """Strikes that one is worth, well apart from the last of its kind."""

    def __init__(self) -> None:
        self._strikes: dict[str, float] = {}
        self._last: dict[str, int] = {}
        self._count = 0

    def strike(self, before: str, character: str) -> None:
        """A stroke was made."""
        self._count += 1
        for item in self.taught(before, character):
            ago = self._count - self._last.get(item, -1000)
            taught = 1.0 if ago > CROWDED else 0.3 + 0.7 * ago / CROWDED
            self._strikes[item] = self._strikes.get(item, 0.0) + self.teaches * taught
            self._last[item] = self._count

    def taught(self, before: str, character: str) -> tuple[str, ...]:
        """What a stroke practises."""
        return character, before[-1:] + character

    def of_key(self, before: str, character: str) -> float:
        """The strikes made here that help to find a key."""
        return self._strikes.get(character, 0.0)

    def of_pair(self, before: str, character: str) -> float:
        """The strikes made here that smooth the way to it."""
        return self._strikes.get(before[-1:] + character, 0.0)

    def left(self, strikes: float, worn: float) -> float:
        """What so many strikes leave to learn, 1 to 0; `worn` of them leave 37 %."""
        return math.exp(-strikes / worn)

    def fade(self, lost: float) -> None:
        """Forget a part of what was learned here."""
        for item in self._strikes:
            self._strikes[item] *= 1 - lost


class Typist:
    """One learner; the same seed always types alike. `type` is one session, `rest` the days before the next."""

    def __init__(
        self, kind: str, seed: int, language: str, layout: str = "", learning: Learning | None = None
    ) -> None:
        self.kind = KINDS[kind]
        self.learning = learning or Learning()
        self.layout = layout or TYPED[language].layout
        self._name = f"{kind}:{seed}:{language}"
        self._hand = Random(self._name)
        self._places = places(self.layout)
        self._neighbours = neighbours(self.layout)
        self._own: dict[str, float] = {}
        self._drift = self._drift_care = 0.0
        self._today = Today()
        self._strokes = 0
        self._usual_haste = sum(self._haste(self._noisy(100) / 100) for _ in range(300)) / 300
        letters = sorted(one for one, place in self._places.items() if not place.shift and one.isalpha())
        self._odd = {one: self._hand.uniform(1.6, 2.6) for one in self._hand.sample(letters, self.kind.odd)}

    def type(self, text: str, mode: Mode = "stop", *, goes_on: bool = False) -> list[Event]:
        """Type a text to its end, as one session, or as more of it if that `goes_on`, and learn by it: the log's
        events."""
        if not goes_on:
            self._wake()
            self._strokes = 0
        raw: list[tuple[float, str]] = []
        shaken = False
        for place, before in enumerate(befores(text)):
            character = text[place]
            mean = self._mean(before, character) * self._state(character, self._strokes)
            ms = self._noisy(mean)
            risk = self._risk(before, character, self._haste(ms / mean)) * self._today.care
            risk *= 2.0 if shaken else 1.0
            missed = self._hand.random() < risk
            if missed:
                raw += self._mistake(text, place, ms, mode)
                ms = self._noisy(mean * 1.3 + 90)
            shaken = missed
            raw.append((ms, character))
            self._strokes += 1
            self.learning.strike(before, character)
        times = whole_milliseconds([0.0, *(ms for ms, _ in raw[1:])])
        return [
            Event(dt, character, round(max(30.0, self._hand.gauss(95, 18))))
            for dt, (_, character) in zip(times, raw, strict=True)
        ]

    def rest(self, days: float) -> None:
        """Days away: some of what was learned fades."""
        self.learning.fade(FORGOTTEN * (1 - math.exp(-days / 60)))

    def expected(self, character: str, before: str = "") -> Expected:
        """What a stroke of `character` after `before` truly takes now, on an average day. Typing nothing, learning
        nothing."""
        mean = self._mean(before, character)
        pauses = self._pause_rate * 900
        return Expected(mean + pauses, self._risk(before, character, self._usual_haste))

    def cpm(self, text: str) -> float:
        """The speed to expect of a text now, in characters a minute, mistakes and their repair included."""
        total = 0.0
        for character, before in zip(text, befores(text), strict=True):
            found = self.expected(character, before)
            total += found.ms + found.error * (found.ms * 1.6 + 200)
        return 60_000 * len(text) / total

    def _wake(self) -> None:
        hand = self._hand
        self._drift = 0.7 * self._drift + hand.gauss(0, 0.045)
        self._drift_care = 0.6 * self._drift_care + hand.gauss(0, 0.2)
        fingers = sorted({place.hand + place.finger for place in self._places.values()})
        self._today = Today(
            math.exp(self._drift + hand.gauss(0, 0.025)),
            math.exp(self._drift_care),
            {finger: math.exp(hand.gauss(0, 0.05)) for finger in fingers},
        )

    def _state(self, character: str, strokes: int) -> float:
        """Today's tempo at a moment of the session: first cold, later tired."""
        place = self._place(character)
        finger = self._today.fingers[place.hand + place.finger] if place else 1.0
        return self._today.tempo * finger * (1 + 0.12 * math.exp(-strokes / 25) + 0.00004 * strokes)

    @property
    def _pause_rate(self) -> float:
        return 0.012 if self.kind.looks else 0.005

    def _mean(self, before: str, character: str) -> float:
        """The stages of one stroke, ms."""
        kind, place = self.kind, self._place(character)
        if place is None:
            return kind.travel + kind.finding + 400
        way = self._way(before, character, place)
        unknown = self.learning.left(self._known(before, character), kind.worn)
        finding = kind.finding * self._trait(character, 0.35) * unknown
        shift = kind.shift * (0.45 + 0.55 * unknown) if place.shift else 0.0
        reading = kind.reading * self._trait("reading", 0.3) if before.isspace() or not before else 0.0
        return way + finding + shift + reading

    def _way(self, before: str, character: str, place: Place) -> float:
        kind, last = self.kind, self._place(before[-1:])
        if character == before[-1:]:
            return kind.travel * 0.82
        if last is None or last.finger == "thumb" or place.finger == "thumb":
            distance = place.reach * 0.7
        elif last.hand != place.hand:
            distance = place.reach * 0.45
        elif last.finger != place.finger:
            distance = 0.25 + place.reach * 0.8
        else:
            distance = 1.1 + math.dist((last.x, last.y), (place.x, place.y))
        clumsy = {"little": 1.14, "ring": 1.08}.get(place.finger, 1.0)
        clumsy *= 1.45 if place.hand == kind.weak_hand and place.finger != "thumb" else 1.0
        clumsy *= self._odd.get(character.lower(), 1.0) ** 0.6
        strikes = self.learning.of_pair(before, character) + kind.known / 10
        smooth = 0.72 + 0.28 * self.learning.left(strikes, kind.smooths)
        return (
            kind.travel
            * clumsy
            * smooth
            * self._trait(before[-1:] + character, 0.13)
            * (0.62 + 0.38 * math.log2(1 + distance))
        )

    def _known(self, before: str, character: str) -> float:
        """The strikes behind a key, of before and of here; a capital has half of its letter's."""
        strikes = self.learning.of_key(before, character) + self._brought(character)
        if character.isupper():
            strikes += 0.5 * self.learning.of_key(before, character.lower())
        return strikes / self._odd.get(character.lower(), 1.0)

    def _brought(self, character: str) -> float:
        place = self._place(character)
        if place is None:
            return 0.0
        ease = 1.0 if place.reach < 0.3 else 0.7 if place.reach < 1.3 else 0.4
        return self.kind.known * ease * (0.35 if place.shift or not character.isalpha() else 1.0)

    def _trait(self, what: str, size: float) -> float:
        """What is peculiar to this person, a factor that stays."""
        if what not in self._own:
            self._own[what] = math.exp(Random(f"{self._name}:{what}").gauss(0, size))
        return self._own[what]

    def _noisy(self, mean: float) -> float:
        kind, hand = self.kind, self._hand
        pause = hand.expovariate(1 / 900) if hand.random() < self._pause_rate else 0.0
        tail = hand.expovariate(1 / (mean * kind.tail))
        return max(25.0, hand.gauss(mean * (1 - kind.tail), mean * kind.noise) + tail) + pause

    def _haste(self, pace: float) -> float:
        """How many times likelier a slip is in a stroke that took `pace` of what it usually does."""
        return self.kind.haste ** min(1.5, max(0.0, 1 / max(pace, 0.4) - 1))

    def _risk(self, before: str, character: str, haste: float) -> float:
        """The chance to miss a stroke on an average day."""
        kind, place = self.kind, self._place(character)
        if place is None or place.finger == "thumb":
            return kind.slips / 3
        unknown = kind.mislearned * self.learning.left(self._known(before, character), 3 * kind.worn)
        weak = 1.8 if place.hand == kind.weak_hand else 1.0
        odd = self._odd.get(character.lower(), 1.0)
        return min(0.4, (kind.slips * haste * weak + unknown) * odd * self._trait(f"slip {character}", 0.35))

    def _place(self, character: str) -> Place | None:
        """Line breaks are typed by Space."""
        return self._places.get(" " if character == "\n" else character)

    def _mistake(self, text: str, place: int, ms: float, mode: Mode) -> list[tuple[float, str]]:
        """What is struck before the right key."""
        hand, character = self._hand, text[place]
        wrong = hand.choice(self._neighbours.get(character, "") or "xч")
        late = hand.choice((0, 1)) if self.kind.haste > 4 else int(hand.random() < 0.15)
        if mode == "stop":
            on_their_way = text[place + 1 : place + 1 + late]
            return [(ms, wrong), *((ms * 0.8, other) for other in on_their_way if other != character)]
        following = text[place + 1 : place + 1 + hand.randint(0, NOTICED) * bool(late)]
        typed = [(ms, wrong), *((self._noisy(ms), other) for other in following)]
        back = [(self._noisy(ms * 1.8 if not n else ms * 0.7), BACKSPACE) for n in range(len(typed))]
        return typed + back


def befores(text: str) -> Iterator[str]:
    """Before each character of a text: the word so far, from the space before it."""
    before = ""
    for character in text:
        yield before
        before = character if character.isspace() else before + character

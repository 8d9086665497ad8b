from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.merging import merge
from accounts.models import User
from coaching.advice.difficulty import Level
from coaching.models import Advice, Drill, Plan, SpeedGoal
from coaching.plans.composition import TARGETED_MINUTES, Method, Planned, Step, compose, length_of, write
from coaching.plans.drills import store
from coaching.plans.lessons import lesson_text, review_of
from coaching.plans.overview import overview_of
from coaching.plans.plans import TWICE, PlanProgress, finished_advice, make_plan
from coaching.plans.practised import practised_in
from lessons.languages import RUSSIAN
from lessons.passages import passages
from lessons.text_maker import Made, natural_share
from lessons.text_pieces import words_of
from progress.exercises.tickets import open_ticket
from progress.figures.keys import KnownKeys
from progress.keystrokes.replay import Event, replay
from progress.models import LessonProgress, TypingSession
from tests.factories import human_events, make_course, make_log, make_test, make_ticket, signed_in

TEXT = "прокопать короткая попка " * 8 + "попка"
LAYOUT = "ru-jcuken"


def type_lesson(anna, lesson, seed: int, *, slow: float = 2.5) -> None:
    ticket = make_ticket(anna, lesson, issued_at=timezone.now() - timedelta(minutes=3))
    events = human_events(lesson.text.body, pace_ms=300, seed=seed)
    events = [[round(dt * slow) if key == "п" else dt, key, hold] for dt, key, hold in events]
    signed_in(anna).post("/sessions/", {"log": make_log(ticket, events)})


@pytest.fixture
def practised(anna):
    """A typist of 40 WPM whose п is slow."""
    lesson = make_course(text=TEXT).lessons.select_related("course", "text").first()
    for seed in range(3):
        type_lesson(anna, lesson, seed)
    return anna


def type_exercise(user, drill: Drill) -> str:
    client = signed_in(user)
    ticket = open_ticket(client.get(f"/coach/drills/{drill.text_id}/").context["ticket"])
    events = human_events(drill.text.body, pace_ms=300)
    return client.post("/sessions/", {"log": make_log(ticket, events)}).url


class TestComposition:
    WEAK = {"п": 2.0, "ф": 1.0, "ст": 0.5, "ъ": 0.2, "ю": 0.1}

    @pytest.mark.parametrize("level", Level)
    @pytest.mark.parametrize("method", Method)
    def test_four_exercises_of_ten_minutes(self, level, method):
        planned = compose(self.WEAK, level, method)
        assert len(planned) == 4 and planned[0].minutes <= 1
        assert planned[0].step is Step.WARM_UP or level is Level.TWO_KEYS
        assert planned[-1].step is Step.PROSE and not planned[-1].weak
        assert sum(one.minutes for one in planned) == 10

    def test_the_costliest_come_first(self):
        _, first, second, _ = compose(self.WEAK, Level.SAME)
        assert (list(first.weak), list(second.weak)) == (["п", "ф"], ["ст", "ъ"])

    def test_less_means_fewer_at_once(self):
        _, first, second, _ = compose(self.WEAK, Level.LESS)
        assert (list(first.weak), list(second.weak)) == (["п"], ["ф"])

    def test_two_keys_come_as_groups(self):
        groups, first, second, _ = compose(self.WEAK, Level.TWO_KEYS)
        assert (groups.step, first.step, second.step) == (Step.GROUPS, Step.TARGETED, Step.TARGETED)
        assert list(groups.weak) == list(first.weak) == list(second.weak) == ["п"]

    @pytest.mark.parametrize("weak", [{}, {"П": 1.0}, {";": 1.0}])
    def test_a_warm_up_where_two_keys_make_no_groups(self, weak):
        assert compose(weak, Level.TWO_KEYS)[0].step is Step.WARM_UP

    def test_one_weakness_is_practised_twice(self):
        _, first, second, _ = compose({"п": 1.0}, Level.SAME)
        assert first == second

    def test_with_nothing_weak_there_are_the_words_worth_most(self):
        steps = [one.step for one in compose({}, Level.SAME)]
        assert steps == [Step.WARM_UP, Step.TARGETED, Step.TARGETED, Step.PROSE]
        assert {one.step for one in compose({}, Level.SAME, Method.READING)} == {Step.WARM_UP, Step.PROSE}

    def test_an_exercise_lasts_as_long_at_any_pace(self):
        planned = Planned(Step.TARGETED, {}, TARGETED_MINUTES)
        assert [length_of(planned, cpm) for cpm in (10, 100, 200, 900)] == [60, 388, 775, 1500]


def test_a_plan_drills_what_is_weak_and_repeats_no_word(practised):
    plan = make_plan(practised, LAYOUT, now=timezone.now())
    progress = PlanProgress.of(plan)
    assert [one.kind for one in progress.exercises] == ["warm-up", "targeted", "targeted", "prose"]
    assert (progress.done, progress.next) == (0, progress.exercises[0])
    targeted = progress.exercises[1]
    assert targeted.items[0]["item"] == "п"
    assert targeted.text.body.count("п") == targeted.items[0]["strikes"] >= 8
    assert set("".join(one.text.body for one in progress.exercises)) <= set(TEXT) | {"\n"}
    first = Advice.objects.order_by("place").first()
    assert (first.item, first.cost_after) == ("п", None)
    assert 0 < first.predicted_gain < first.cost


def test_a_plan_leads_from_exercise_to_exercise_and_is_measured_by_the_next(practised):
    now = timezone.now()
    plan = make_plan(practised, LAYOUT, now=now)
    for place in range(4):
        drill = PlanProgress.of(plan).next
        assert drill.place == place + 1
        type_exercise(practised, drill)
    assert PlanProgress.of(plan).is_done
    shown = overview_of(practised, LAYOUT, now=timezone.now())
    # What is not kept yet is told as it stands now.
    assert shown.plan is None and shown.achieved[0].item == "п"
    assert shown.achieved[0].cost_after == shown.standing.keys.cost_of("п") < shown.achieved[0].cost
    assert not Advice.objects.exclude(cost_after=None).exists()
    make_plan(practised, LAYOUT, now=timezone.now())
    one = plan.advice.get(item="п")
    assert one.cost_after is not None and one.cost_after < one.cost


def test_an_unfinished_plan_is_not_measured(practised):
    make_plan(practised, LAYOUT, now=timezone.now() - timedelta(hours=1))
    make_plan(practised, LAYOUT, now=timezone.now())
    assert not Advice.objects.exclude(cost_after=None).exists()


def test_a_plan_that_lost_an_exercise_to_a_later_one_is_not_finished(practised):
    """The same text made again belongs to the later plan; what is left of the older one may all be typed."""
    older = make_plan(practised, LAYOUT, now=timezone.now() - timedelta(hours=1))
    first, *others = older.exercises.order_by("place")
    for drill in others:
        type_exercise(practised, drill)
    later = Plan.objects.create(
        user=practised,
        layout=LAYOUT,
        made_at=timezone.now(),
        method="usual",
        level="same",
        aim_cpm=1,
        target_cpm=1,
    )
    again = Made(first.text.body, ())
    store(practised, LAYOUT, again, {}, kind="warm-up", now=timezone.now(), plan=later, place=1)
    assert older.exercises.count() == 3
    assert not finished_advice(practised, LAYOUT).exists()


def test_a_review_is_the_same_until_something_is_typed(practised):
    lesson = TypingSession.objects.filter(user=practised).first().lesson
    now = timezone.now()
    one = review_of(practised, lesson, now=now)
    assert review_of(practised, lesson, now=now + timedelta(seconds=5)) == one
    type_exercise(practised, one)
    assert review_of(practised, lesson, now=now + timedelta(seconds=5)) != one


def test_a_lesson_made_for_the_learner_has_what_is_weak_and_is_typed_as_the_lesson(practised, boris):
    lesson = TypingSession.objects.filter(user=practised).first().lesson
    small = "".join(sorted(one for one in RUSSIAN.alphabet if one.islower()))
    lesson.is_for_learner, lesson.new_characters = True, f"{small}АБВГДЕЗИКЛМНОПРСТУ.,-!?"
    lesson.length = 400
    lesson.save()
    weak = KnownKeys.of(practised.pk, LAYOUT).weaknesses
    page = signed_in(practised).get("/practice/ru/1/")
    text = page.context["text"]
    assert text == lesson_text(practised, lesson, runs_of(practised, lesson)) and weak[0].item in text
    assert open_ticket(page.context["ticket"]).lesson == lesson.pk
    assert "made for you" in page.context["goal"]
    assert set(text.splitlines()) <= {*passages("ru", hard=False), *passages("ru", hard=True)}
    assert text.count("п") > 1.3 * natural_share("п", "ru") * len(text)
    LessonProgress.objects.filter(user=practised, lesson=lesson).update(runs=4)
    assert not set(signed_in(practised).get("/practice/ru/1/").context["text"].splitlines()) & set(
        text.splitlines()
    )
    # Of whom nothing is known the lesson's own text is asked.
    assert signed_in(boris).get("/practice/ru/1/").context["text"] == lesson.text.body


def runs_of(user, lesson):
    return LessonProgress.objects.get(user=user, lesson=lesson).runs


def test_of_a_pair_a_drill_tells_no_misses():
    """They would be those of its second key, after whatever key."""
    drill = Drill(items=[{"item": item, "ms": 300.0, "error_rate": 0.03} for item in ("по", "о")])
    events = [Event(200, key) for key in "тжопор"]
    pair, key = practised_in(drill, replay("топор", events, "stop"))
    assert (pair.after_ms, pair.tries, pair.missed) == (200.0, 0, 0)
    assert (key.tries, key.missed) == (2, 1)


def test_a_button_pressed_twice_makes_one_plan(practised):
    now = timezone.now()
    one = make_plan(practised, LAYOUT, now=now)
    assert make_plan(practised, LAYOUT, now=now + TWICE / 2) == one
    assert make_plan(practised, LAYOUT, now=now + TWICE) != one
    assert Plan.objects.count() == 2


def test_no_word_of_the_last_exercises_comes_again():
    typed, letters = frozenset(["при", "который", "потому"]), RUSSIAN.alphabet
    for place, planned in enumerate(compose({"п": 1.0, "р": 0.5, "т": 0.2}, Level.SAME)[:3]):
        made = write(
            planned,
            language="ru",
            letters=letters,
            cpm=200,
            avoid=typed,
            seed=f"{place}",
            worth=lambda word, _: len(word),
        )
        assert not typed & words_of(made.text)
        typed |= words_of(made.text)


def test_the_overview_of_who_typed_nothing_is_none(anna):
    assert overview_of(anna, LAYOUT, now=timezone.now()) is None


def test_overview_queries(practised, django_assert_max_num_queries):
    make_plan(practised, LAYOUT, now=timezone.now())
    with django_assert_max_num_queries(16):
        shown = overview_of(practised, "", now=timezone.now())
    assert shown.standing.layout == LAYOUT and shown.plan.done == 0
    assert shown.standing.layout == LAYOUT and shown.plan.done == 0


def test_what_something_costs_is_one_figure(practised):
    keys = KnownKeys.of(practised.pk, LAYOUT)
    assert keys.weaknesses
    for one in keys.weaknesses:
        assert keys.cost_of(one.item) == pytest.approx(one.cost)


def test_who_typed_one_short_test_gets_a_plan_of_all_letters(anna):
    make_test(anna, layout=LAYOUT, keystrokes=40)
    plan = make_plan(anna, LAYOUT, now=timezone.now())
    assert len(set("".join(one.text.body for one in plan.exercises.all())) & RUSSIAN.alphabet) > 20


def test_a_lesson_at_five_stars_leaves_nothing_to_blame(anna):
    lesson = make_course(text=TEXT).lessons.select_related("course", "text").first()
    type_lesson(anna, lesson, 1, slow=4)
    found = []
    for stars in (4, 5):
        TypingSession.objects.update(stars=stars)
        found.append([one.item for one in KnownKeys.of(anna.pk, LAYOUT).weaknesses])
    assert found == [["п"], []]


def test_a_guest_with_a_goal_signs_in_to_an_account_with_another(anna):
    guest = User.objects.create(email=None)
    for user, cpm in ((anna, 200), (guest, 300)):
        SpeedGoal.objects.create(user=user, layout=LAYOUT, cpm=cpm)
    SpeedGoal.objects.create(user=guest, layout="en-qwerty", cpm=250)
    assert merge(guest, anna, now=timezone.now())
    connection.check_constraints()
    goals = SpeedGoal.objects.values_list("user", "layout", "cpm").order_by("cpm")
    assert list(goals) == [(anna.pk, LAYOUT, 200), (anna.pk, "en-qwerty", 250)]


def test_a_guests_plan_keeps_all_its_exercises_where_the_account_has_one_of_them(practised):
    guest, anna = User.objects.create(email=None), practised
    plan = make_plan(anna, LAYOUT, now=timezone.now())
    Drill.objects.filter(user=anna).update(user=guest)
    Plan.objects.update(user=guest)
    shared = plan.exercises.first()
    Drill.objects.create(user=anna, text=shared.text, layout=LAYOUT, made_at=timezone.now())
    assert merge(guest, anna, now=timezone.now())
    places = Drill.objects.filter(user=anna, plan=plan).values_list("place", flat=True).order_by("place")
    assert list(places) == [1, 2, 3, 4]
    assert Drill.objects.filter(user=anna).count() == 4

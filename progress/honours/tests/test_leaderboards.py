import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from accounts.merging import merge
from accounts.models import User
from progress.honours import leaderboards
from progress.keystrokes.logs import parse_log
from progress.models import BoardEntry, TypingSession
from progress.recording.deleting import delete_session
from progress.recording.judging import judge_session
from progress.recording.record import record_session
from tests.factories import NOW, TEXT, human_events, lesson_of, make_learner, make_log, make_test, make_ticket

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def racer(anna):
    """Anna, who takes part."""
    anna.board_name = "Anna"
    anna.save()
    return anna


@pytest.fixture
def rival(boris):
    boris.board_name = "Борис"
    boris.save()
    return boris


def type_lesson(learner, course, *, seed=1, pace=300, now=LATER, mistakes=()) -> TypingSession:
    lesson = lesson_of(course)
    ticket = make_ticket(learner, lesson, issued_at=now - timedelta(minutes=5))
    log = parse_log(make_log(ticket, human_events(TEXT, seed=seed, pace_ms=pace, mistakes=mistakes)))
    return record_session(ticket=ticket, learner=learner, log=log, now=now).session


def names(board, period="ever", now=NOW) -> list[tuple[int, str]]:
    cache.clear()
    return [(place.place, place.name) for place in leaderboards.standings(board, period, now=now)]


def test_recording_puts_who_takes_part_on_the_board_of_the_lesson(course, racer, rival):
    outsider = make_learner("vera@example.com")
    type_lesson(racer, course, seed=1, pace=300)
    type_lesson(rival, course, seed=2, pace=200)
    type_lesson(outsider, course, seed=3, pace=150)
    board = leaderboards.lesson_board(course.lessons.get(number=1).pk)
    for period in ("day", "week", "ever"):
        assert names(board, period) == [(1, "Борис"), (2, "Anna")]


def test_only_a_better_run_changes_a_place(course, racer):
    best = type_lesson(racer, course, seed=1, pace=200)
    type_lesson(racer, course, seed=2, pace=300)
    assert {entry.session_id for entry in BoardEntry.objects.all()} == {best.pk}
    better = type_lesson(racer, course, seed=3, pace=150)
    assert {entry.session_id for entry in BoardEntry.objects.all()} == {better.pk}


def test_of_equal_runs_the_first_stays(course, racer):
    """By the tenth, as they are shown; entered one by one or found anew."""
    first = type_lesson(racer, course, seed=1)
    second = type_lesson(racer, course, seed=2, now=LATER + timedelta(minutes=9))
    TypingSession.objects.update(cpm=200.04, accuracy=97.04)
    TypingSession.objects.filter(pk=second.pk).update(cpm=199.96, accuracy=96.96)
    leaderboards.rebuild_entries(racer.pk, now=LATER)
    assert {entry.session_id for entry in BoardEntry.objects.all()} == {first.pk}
    second.refresh_from_db()
    leaderboards.enter_run(second)
    assert {entry.session_id for entry in BoardEntry.objects.all()} == {first.pk}


def test_an_inaccurate_run_has_no_place(course, racer):
    type_lesson(racer, course, mistakes=range(0, 20, 2))
    assert not BoardEntry.objects.exists()


@pytest.mark.parametrize(
    ("fields", "board"),
    [
        ({}, "en"),
        ({"layout": "en-dvorak"}, "en"),
        ({"layout": "ru-jcuken"}, "ru"),
        ({"difficulty": "easy"}, ""),
        ({"ranked": False}, ""),
        ({"accuracy": 89.9}, ""),
        ({"kind": "drill", "minutes": None}, ""),
        ({"minutes": None, "words": 100}, ""),
    ],
)
def test_where_a_test_has_its_place(fields, board):
    values = {"kind": "test", "minutes": 1, "difficulty": "hard", "layout": "en-qwerty", "ranked": True}
    values |= {"accuracy": 95.0}
    assert leaderboards.board_of(TypingSession(**(values | fields))) == board


def test_days_and_weeks_begin_at_midnight_utc():
    sunday = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)
    assert str(leaderboards.start_of("day", sunday)) == "2026-11-22"
    assert str(leaderboards.start_of("week", sunday)) == "2026-11-16"
    assert str(leaderboards.start_of("week", sunday + timedelta(minutes=1))) == "2026-11-23"
    assert leaderboards.start_of("ever", sunday) == leaderboards.EVER


def test_a_day_ends_and_all_time_stays(course, racer):
    type_lesson(racer, course)
    board, tomorrow = leaderboards.lesson_board(course.lessons.get(number=1).pk), NOW + timedelta(days=1)
    assert names(board, "day", tomorrow) == [] and names(board, "ever", tomorrow) == [(1, "Anna")]


@given(
    st.lists(st.tuples(st.sampled_from([200.0, 200.1, 300.0]), st.sampled_from([95.0, 99.0])), max_size=12)
)
def test_ties_share_a_place(figures):
    """By the definition: one more than there are better ones."""
    places = leaderboards.ranked_places(
        [(uuid.uuid4(), str(n), *figure, NOW, 1) for n, figure in enumerate(sorted(figures, reverse=True))]
    )
    for place in places:
        assert place.place == 1 + sum(figure > (place.cpm, place.accuracy) for figure in figures)


def test_joining_brings_what_was_typed_before(course):
    vera = make_learner("vera@example.com")
    make_test(vera, cpm=310.04)
    make_test(vera, cpm=500, ranked=False)
    make_test(vera, cpm=900, accuracy=80)
    make_test(vera, cpm=400, recorded_at=NOW - timedelta(days=1))
    make_test(vera, cpm=450, recorded_at=NOW - timedelta(days=20))
    leaderboards.join_leaderboards(vera.pk, "Vera", now=NOW)
    found = {entry.period: entry.cpm for entry in BoardEntry.objects.filter(board="en")}
    assert found == {"day": 310.0, "week": 400.0, "ever": 450.0}


def test_a_name_belongs_to_one_learner(racer, rival):
    with pytest.raises(leaderboards.NameTaken):
        leaderboards.join_leaderboards(rival.pk, "ANNA", now=NOW)
    leaderboards.join_leaderboards(racer.pk, "anna", now=NOW)


def test_leaving_takes_every_place_at_once(course, racer, django_capture_on_commit_callbacks):
    type_lesson(racer, course)
    board = leaderboards.lesson_board(course.lessons.get(number=1).pk)
    assert leaderboards.standings(board, "ever", now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        leaderboards.leave_leaderboards(racer.pk)
    assert leaderboards.standings(board, "ever", now=NOW) == [] and not BoardEntry.objects.exists()
    racer.refresh_from_db()
    assert racer.board_name == ""
    type_lesson(racer, course, seed=2)
    assert not BoardEntry.objects.exists()


def test_the_list_is_read_once_a_minute(course, racer, django_assert_num_queries):
    make_test(racer)
    leaderboards.rebuild_entries(racer.pk, now=NOW)
    with django_assert_num_queries(1):
        first = leaderboards.standings("en", "day", now=NOW)
    with django_assert_num_queries(0):
        assert leaderboards.standings("en", "day", now=NOW) == first != []


def test_a_new_place_is_seen_at_once(course, racer, rival, django_capture_on_commit_callbacks):
    """The list says the same as the place beside it."""
    type_lesson(rival, course, seed=1, pace=300)
    board = leaderboards.lesson_board(course.lessons.get(number=1).pk)
    assert [place.name for place in leaderboards.standings(board, "ever", now=NOW)] == ["Борис"]
    with django_capture_on_commit_callbacks(execute=True):
        type_lesson(racer, course, seed=2, pace=200)
    for period in ("day", "week", "ever"):
        assert [place.name for place in leaderboards.standings(board, period, now=NOW)] == ["Anna", "Борис"]
    assert leaderboards.place_of(racer, board, "ever", now=NOW).place == 1


def test_a_place_far_down_is_known_too(racer, rival):
    for learner, cpm in ((racer, 300), (rival, 400)):
        make_test(learner, cpm=cpm)
        leaderboards.rebuild_entries(learner.pk, now=NOW)
    assert leaderboards.place_of(racer, "en", "ever", now=NOW).place == 2
    assert leaderboards.place_of(make_learner("vera@example.com"), "en", "ever", now=NOW) is None


def test_a_flagged_or_deleted_run_gives_its_place_to_the_next_best(racer):
    worse, best = make_test(racer, cpm=300), make_test(racer, cpm=400)
    leaderboards.rebuild_entries(racer.pk, now=NOW)
    judge_session(best, now=NOW, add=["rejected"], by_hand=True)
    assert {entry.cpm for entry in BoardEntry.objects.all()} == {300}
    judge_session(best, now=NOW, by_hand=True)
    assert {entry.cpm for entry in BoardEntry.objects.all()} == {400}
    delete_session(session_id=best.pk, learner=racer, now=NOW)
    assert {entry.session_id for entry in BoardEntry.objects.all()} == {worse.pk}


def test_a_guest_s_runs_count_for_the_account(racer):
    guest = User.objects.create_guest(uuid.uuid4(), now=NOW)
    make_test(guest, cpm=350)
    merge(guest, racer, now=NOW)
    assert BoardEntry.objects.get(user=racer, period="ever").cpm == 350


def test_old_days_are_forgotten(racer):
    make_test(racer)
    leaderboards.rebuild_entries(racer.pk, now=NOW)
    assert leaderboards.prune_entries(now=NOW + timedelta(days=20)) == 0
    assert leaderboards.prune_entries(now=NOW + timedelta(days=40)) == 2
    assert BoardEntry.objects.get().period == "ever"

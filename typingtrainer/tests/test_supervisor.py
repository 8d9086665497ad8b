"""What the launcher does when programs die, tried on small ones."""

import time
from pathlib import Path

import pytest

from typingtrainer.run.supervisor import LOG_LIMIT, STEADY, CannotRun, Program, Stopped, Supervisor

DIES = ["sh", "-c", "exit 3"]


@pytest.fixture
def supervisor(tmp_path: Path):
    supervisor = Supervisor(tmp_path)
    yield supervisor
    supervisor.stop_all()


def watch(supervisor: Supervisor, seconds: float, *, until_failures: int = 1000) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and supervisor.children[0].failures < until_failures:
        supervisor.revive_the_dead()
        time.sleep(0.02)


def test_a_helper_is_tried_again_for_ever_with_growing_pauses(supervisor, capfd):
    supervisor.start(Program("helper", DIES, 1))
    watch(supervisor, 60, until_failures=6)
    said = capfd.readouterr().err
    assert supervisor.children[0].failures >= 6
    assert "helper stopped (exit code 3): starting it again at once" in said
    assert "starting it again in 3 s; the site goes on without it" in said


def test_one_that_recovered_is_started_at_once_the_next_time(supervisor, capfd):
    supervisor.start(Program("helper", ["sleep", "60"], 1))
    child = supervisor.children[0]
    child.failures, child.started = 9, time.monotonic() - 2 * STEADY
    supervisor.revive_the_dead()
    assert child.failures == 9, "it must live longer than it was waited for"
    child.started = time.monotonic() - 20 * STEADY
    supervisor.revive_the_dead()
    assert "helper works again" in capfd.readouterr().err
    child.process.kill()
    watch(supervisor, 1)
    assert (child.failures, child.process.poll()) == (1, None)


def test_a_vital_one_that_keeps_dying_ends_the_launcher(supervisor):
    supervisor.start(Program("web", DIES, 1, vital=True))
    with pytest.raises(CannotRun, match="5 times in a row"):
        watch(supervisor, 20)


def test_what_cannot_even_be_started_counts_as_dead(supervisor, capfd):
    supervisor.start(Program("helper", ["sleep", "60"], 1))
    child = supervisor.children[0]
    object.__setattr__(child.program, "command", ["/no/such/program"])
    child.process.kill()
    watch(supervisor, 2)
    assert child.failures >= 3
    assert "helper cannot be started (No such file or directory)" in capfd.readouterr().err


def test_a_helper_that_never_answers_is_not_waited_for(supervisor, capfd, monkeypatch):
    monkeypatch.setattr("typingtrainer.run.supervisor.HELPERS_WAIT", 0.5)
    supervisor.start(Program("helper", ["sleep", "60"], 1, answers=lambda: False))
    supervisor.wait_until_all_answer(60)
    assert "The site starts without it" in capfd.readouterr().err


def test_a_stop_does_not_wait_for_a_pause(supervisor):
    supervisor.start(Program("helper", DIES, 1))
    supervisor.children[0].failures = 20
    watch(supervisor, 0.5)
    began = time.monotonic()
    supervisor.stopping.set()
    with pytest.raises(Stopped):
        supervisor.watch()
    supervisor.stop_all()
    assert time.monotonic() - began < 1


def test_a_log_stays_short_where_no_older_one_can_be_kept(supervisor):
    """As on a full disk, where copying it must not end the launcher."""
    log = supervisor.log_path("helper")
    log.write_bytes(b"x" * (LOG_LIMIT + 1))
    log.with_suffix(".log.1").mkdir()
    supervisor.bound_logs()
    assert log.stat().st_size == 0

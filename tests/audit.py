"""Asks what is known against the packages of `uv.lock` and `package-lock.json`; `make audit` runs it.

Ends with 0 when nothing is known, 1 when something is, 2 when one of the two could not be asked and nothing is known of
the other: who could not ask knows nothing.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from enum import IntEnum

from deploy.bootstrap import find_uv, uv_environment
from tests.tools import ROOT, node_and_npm


class Answer(IntEnum):
    NOTHING_KNOWN = 0
    KNOWN = 1
    NOT_ASKED = 2


SAID = {
    Answer.NOTHING_KNOWN: "nothing is known against its packages.",
    Answer.KNOWN: "something is known against its packages, see above.",
    Answer.NOT_ASKED: "COULD NOT BE ASKED, see above; whether anything is known stays open.",
}


def main(arguments: list[str]) -> int:
    """`arguments` go to uv."""
    answers = {"uv.lock": of_python(arguments), "package-lock.json": of_npm()}
    for lock, answer in answers.items():
        print(f"{lock}: {SAID[answer]}")
    return int(Answer.KNOWN if Answer.KNOWN in answers.values() else max(answers.values()))


def of_python(arguments: list[str]) -> Answer:
    command = [find_uv(), "audit", "--frozen", "--preview-features=audit-command", *arguments]
    code = subprocess.run(command, cwd=ROOT, env=uv_environment(), check=False).returncode
    return Answer(code) if code in (Answer.NOTHING_KNOWN, Answer.KNOWN) else Answer.NOT_ASKED


def of_npm() -> Answer:
    """npm ends with 1 for both; its report tells which."""
    _node, npm = node_and_npm()
    command = [*npm, "audit", "--package-lock-only", "--json", "--fetch-retries=1", "--loglevel=error"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        found = sum(severities(json.loads(done.stdout)).values())
    except (ValueError, KeyError, TypeError, AttributeError):
        print(done.stdout, done.stderr)
        return Answer.NOT_ASKED
    if found:
        print(done.stdout)
    return Answer.KNOWN if found else Answer.NOTHING_KNOWN


def severities(report: Mapping[str, object]) -> dict[str, int]:
    """How many packages of each severity npm's report has. Raises KeyError for one that tells only of an error."""
    counts = report["metadata"]["vulnerabilities"]  # type: ignore[index]
    return {name: int(count) for name, count in counts.items() if name != "total"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

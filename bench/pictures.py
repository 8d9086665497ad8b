"""Pictures of the pages for docs/images: `python -m bench.pictures [NAME …]`.

Each page is taken twice: 1280 px wide, light, in Russian, and 390 px wide, dark, in English; with the histories of the
sample learners. A picture is at most `LARGEST` bytes: 256 colours, and cut where it is too long.
"""

import argparse
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from bench.page import CHROMIUM_ARGUMENTS
from bench.product import Product, running
from tests.browser.typist import Typist
from typingtrainer.run.configuration import PROJECT

FOLDER: Final = PROJECT / "docs" / "images"
LARGEST: Final = 150_000
LONGEST: Final = 2_000
"""Pixels of a page that a picture shows, at most."""
PACE_MS: Final = 260
"""Between two keys."""
SOME: Final = 45
"""Keys struck before a picture of somebody typing."""


class Look(NamedTuple):
    language: str
    scheme: str
    width: int
    height: int
    layout: str


LOOKS: Final = (
    Look("ru", "light", 1280, 800, "ru-jcuken"),
    Look("en", "dark", 390, 844, "en-qwerty"),
)


def text_of(page: Page) -> str:
    page.locator(".exercise-text .now").wait_for()
    return page.evaluate("document.querySelector('typing-exercise').text")


def typing(path: str) -> Callable[[Page, Look], None]:
    """Opens an exercise and types the beginning of it."""

    def take(page: Page, look: Look) -> None:
        page.goto(path.format(course=look.language))
        Typist(page, look.layout, pace_ms=PACE_MS).type(text_of(page)[:SOME])

    return take


def result(page: Page, look: Look) -> None:
    """Types a lesson to its end, well enough and with a few mistakes."""
    page.goto(f"/practice/{look.language}/6/")
    text = text_of(page)
    places = [at for at, character in enumerate(text) if character.isalpha()][4::60]
    Typist(page, look.layout, pace_ms=PACE_MS).type(text, mistakes=places, wrong=" ")
    page.locator("#result h1, #result h2").first.wait_for()


def session(page: Page, look: Look) -> None:
    page.goto("/history/")
    page.locator("main a[href^='/sessions/']").first.click()


def certificate(page: Page, look: Look) -> None:
    page.goto("/history/?kind=test&sort=speed")
    page.locator("main a[href^='/sessions/']").first.click()
    page.locator("main a[href^='/certificates/']").first.click()


def at(path: str) -> Callable[[Page, Look], None]:
    return lambda page, look: page.goto(path.format(course=look.language)) and None


Pages = dict[str, Callable[[Page, Look], None]]
STRANGER: Final[Pages] = {
    "home-stranger": at("/"),
    "start": at("/practice/{course}/start/"),
    "sign-in": at("/accounts/login/"),
    "help": at("/help/"),
}
EXACT: Final[Pages] = {
    "home-today": at("/"),
    "map": at("/learn/{course}/"),
    "hands": at("/practice/{course}/5/"),
    "practice": typing("/practice/{course}/7/"),
    "result": result,
    "dashboard": at("/dashboard/"),
    "coach": at("/coach/"),
    "history": at("/history/"),
    "session": session,
    "tests": at("/tests/"),
    "test": typing("/tests/{course}/1/"),
    "leaderboards": at("/leaderboards/"),
    "achievements": at("/achievements/"),
    "settings": at("/settings/"),
    "certificate": certificate,
}
VISITORS: Final[dict[str, Pages]] = {
    "": STRANGER,
    "exact": EXACT,
    "sloppy": {"coach-sloppy": at("/coach/")},
    "plateau": {"coach-plateau": at("/coach/")},
}
"""What is taken by nobody in particular and by each of the sample learners."""
NAMES: Final = [name for pages in VISITORS.values() for name in pages]


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def save(page: Page, name: str, look: Look) -> Path:
    """Keep what the page shows, from its top."""
    page.wait_for_load_state()
    page.wait_for_timeout(700)
    drawn = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    path = FOLDER / f"{name}-{look.width}.png"
    for height in range(min(drawn.height, LONGEST), 0, -200):
        drawn.crop((0, 0, drawn.width, height)).quantize(256, dither=Image.Dither.NONE).save(
            path, optimize=True
        )
        if path.stat().st_size <= LARGEST:
            break
    return path


def manage(product: Product, *words: str) -> str:
    environment = os.environ | {"VAR_DIR": str(product.var_dir)}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command, cwd=PROJECT, env=environment, check=True, capture_output=True, text=True
    ).stdout


def take(product: Product, names: set[str]) -> None:
    manage(product, "sample_learners")
    ask = "from django.conf import settings; print(settings.DEMO_LEARNER_PASSWORD)"
    password = manage(product, "shell", "--no-imports", "-c", ask).strip()
    with sync_playwright() as playwright:
        chromium = os.environ.get("TYPING_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        for look in LOOKS:
            for kind, pages in VISITORS.items():
                context = browser.new_context(
                    base_url=product.url,
                    locale=look.language,
                    color_scheme=look.scheme,
                    viewport={"width": look.width, "height": look.height},
                    reduced_motion="reduce",
                )
                page = context.new_page()
                if kind:
                    sign_in(page, f"{kind}-{look.language}@example.com", password)
                for name, arrange in pages.items():
                    if not names or name in names:
                        arrange(page, look)
                        path = save(page, name, look)
                        print(f"{path.relative_to(PROJECT)}: {path.stat().st_size // 1000} KB")
                context.close()
        browser.close()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], help="of pages; all without any")
    names = set(parser.parse_args().names)
    with running() as product:
        take(product, names)
    return 0


if __name__ == "__main__":
    sys.exit(main())

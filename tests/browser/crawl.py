"""A visitor who follows every link, and looks at each page as a careful tester would."""

from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page, Response

WIDTHS: Final = {390: 780, 1366: 650}
"""Of a phone and of a small laptop, with their heights."""
EACH: Final = 1
"""So many pages of a route are looked at beside the seeds: the first found."""
SHIFTS: Final = """
    new Promise((resolve) => {
        let sum = 0;
        const observer = new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
        });
        observer.observe({type: "layout-shift", buffered: true});
        requestAnimationFrame(() => setTimeout(() => { observer.disconnect(); resolve(sum); }, 50));
    })
"""


@dataclass
class Crawl:
    """What was found wrong; `pages` are the routes to look at, `routes` counts the pages seen of each."""

    browser: Browser
    base: str
    pages: frozenset[str]
    complaints: list[str] = field(default_factory=list)
    routes: Counter[str] = field(default_factory=Counter)

    def visit(self, seeds: list[str], *, language: str, scheme: str, width: int, session: str = "") -> None:
        """Look at `seeds` and at all that they lead to, at `width` first and then at the other one."""
        context = self.browser.new_context(
            locale=language,
            color_scheme=scheme,
            viewport={"width": width, "height": WIDTHS[width]},
            reduced_motion="reduce",
        )
        if session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": self.base}])
        page, seen, mine = context.new_page(), set(), Counter()
        self._listen(page)
        paths = list(seeds)
        for path in paths:
            route = self._route(path)
            is_enough = mine[route] >= EACH or route not in self.pages
            if path in seen or (is_enough and path not in seeds):
                continue
            seen.add(path)
            mine[route] += 1
            paths += self._look(page, path, language, width, is_linked=path not in seeds)
        self.routes += mine
        context.close()

    def _route(self, path: str) -> str:
        try:
            found = resolve(urlsplit(path).path)
        except Resolver404:
            return "nowhere"
        return found.view_name

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self._complain(page, str(error)))
        page.on(
            "console",
            lambda message: (
                self._complain(page, message.text)
                # The console complains of a page that answers 404, too, which may be what was asked for.
                if message.type in ("error", "warning") and message.location["url"] != page.url
                else None
            ),
        )
        page.on("response", lambda response: self._judge(page, response))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((self.base, "data:"))
                else self._complain(page, f"asks {request.url}")
            ),
        )

    def _judge(self, page: Page, response: Response) -> None:
        wrong = response.status >= 400 and not response.request.is_navigation_request()
        if wrong or response.status >= 500:
            self._complain(page, f"{response.status} {response.url}")

    def _complain(self, page: Page, what: str) -> None:
        self.complaints.append(f"{page.url.removeprefix(self.base)}: {what}")

    def _look(self, page: Page, path: str, language: str, width: int, *, is_linked: bool) -> list[str]:
        """Look at a page; what it links to in the product."""
        answer = page.goto(self.base + path)
        if is_linked and answer and answer.status == HTTPStatus.NOT_FOUND:
            self._complain(page, "is linked, and not there")
        page.wait_for_load_state("load")
        if page.locator("html").get_attribute("lang") != language:
            self._complain(page, "is in another language")
        shifted = page.evaluate(SHIFTS)
        if shifted > 0.01:
            self._complain(page, f"shifts by {shifted:.3f}")
        found = Axe().run(page)
        if found.response["violations"]:
            self._complain(page, found.generate_report())
        for now in sorted(WIDTHS, key=lambda one: one != width):
            page.set_viewport_size({"width": now, "height": WIDTHS[now]})
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if over > 0:
                self._complain(page, f"is {over} px too wide at {now}")
        page.set_viewport_size({"width": width, "height": WIDTHS[width]})
        links = page.eval_on_selector_all(
            "a[href]:not([download])", "(all) => all.map((one) => one.getAttribute('href'))"
        )
        here = page.url
        absolute = [urljoin(here, link).partition("#")[0] for link in links]
        return [link.removeprefix(self.base) for link in absolute if link.startswith(self.base + "/")]

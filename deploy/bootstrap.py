"""Makes `.venv` match `uv.lock`, with `--dev` for tests and linters too.

Uses the standard library only, and returns at once when nothing changed since it last finished.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".up-to-date"
UV_HOME = ROOT / ".venv-uv"
UV = "uv>=0.9,<1"


def main() -> None:
    folder = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    if VENV.exists() and not usable():
        shutil.rmtree(VENV)
    dev = "--dev" in sys.argv[1:] or (VENV / "bin" / "pytest").exists()
    packages = hashlib.sha256((ROOT / "uv.lock").read_bytes()).hexdigest()
    wanted = f"{VENV}\n{'dev' if dev else 'run'} {packages}"
    if not STAMP.exists() or STAMP.read_text() != wanted:
        print("Installing the packages of uv.lock into .venv", flush=True)
        sync(dev)
        STAMP.write_text(wanted)


def usable() -> bool:
    """Whether `.venv` works, was made in this place, and has the version of the Python that PYTHON names."""
    command = [str(VENV / "bin" / "python"), "-c", "import sys; print(sys.version_info[:2])"]
    try:
        version = subprocess.check_output(command, stderr=subprocess.DEVNULL, text=True).strip()
    except (OSError, subprocess.CalledProcessError):
        return False
    moved = STAMP.exists() and not STAMP.read_text().startswith(f"{VENV}\n")
    return not moved and (not os.environ.get("PYTHON") or version == str(sys.version_info[:2]))


def sync(dev: bool) -> None:
    command = [find_uv(), "sync", "--frozen", "--quiet", "--group=dev" if dev else "--no-dev"]
    command += [] if VENV.exists() else ["--python", sys.executable]
    if subprocess.run(command, cwd=ROOT, env=uv_environment(), check=False).returncode != 0:
        sys.exit("uv could not install the packages; its message is above. Is the package index reachable?")


def uv_environment() -> dict[str, str]:
    """uv works in .venv only, downloads no interpreter, trusts the system's certificates, needs no HOME."""
    env = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "UV_PYTHON"}}
    env |= {"UV_PROJECT_ENVIRONMENT": str(VENV), "UV_PYTHON_DOWNLOADS": "never", "UV_COMPILE_BYTECODE": "1"}
    env.setdefault("UV_SYSTEM_CERTS", "1")
    if not os.access(Path("~").expanduser(), os.W_OK):
        env.setdefault("UV_CACHE_DIR", str(UV_HOME / "cache"))
    return env


def find_uv() -> str:
    """Our own uv, installed with the pip of this Python or of a virtual environment; else the system's."""
    ours = UV_HOME / "bin" / "uv"
    if ours.exists():
        return str(ours)
    pip_install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
    ]
    if find_spec("pip"):
        command = [sys.executable, *pip_install, "--target", str(UV_HOME), "--upgrade", UV]
    elif has_ensurepip():
        subprocess.run([sys.executable, "-m", "venv", "--clear", UV_HOME], check=True)
        command = [str(UV_HOME / "bin" / "python"), *pip_install, UV]
    elif system_uv := shutil.which("uv"):
        return system_uv
    else:
        sys.exit(
            f"{sys.executable} has neither pip nor venv to install packages with. Install python3-venv "
            "(Debian, Ubuntu: apt install python3-venv), or uv, or set PYTHON=/path/to/another/python3."
        )
    if subprocess.run(command, check=False).returncode != 0:
        sys.exit("pip could not install uv; its message is above. Is the package index reachable?")
    return str(ours)


def has_ensurepip() -> bool:
    """Debian's Python without python3-venv has the module, but not the pip inside it."""
    return (
        subprocess.run(
            [sys.executable, "-m", "ensurepip", "--version"], capture_output=True, check=False
        ).returncode
        == 0
    )


if __name__ == "__main__":
    main()

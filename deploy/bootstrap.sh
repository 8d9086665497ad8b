#!/bin/sh
# Finds a Python that suits and lets bootstrap.py bring .venv up to date with it. PYTHON=… chooses one.
set -eu
cd "$(dirname "$0")/.."

suits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1
}

for python in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python; do
    if suits "$python"; then
        exec "$python" deploy/bootstrap.py "$@"
    elif [ "$python" = "${PYTHON:-}" ]; then
        break
    fi
done
echo "Typing Trainer needs a working Python 3.11 to 3.14${PYTHON:+; PYTHON=$PYTHON is none}." >&2
echo "Install one (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python), or set PYTHON=/path/to/python3." >&2
exit 1

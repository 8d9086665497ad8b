"""The few options of curl that docs/api.md uses, for machines without it."""

import sys
import urllib.error
import urllib.request
from pathlib import Path


def main(words: list[str]) -> int:
    headers, data, method, url = {}, None, None, ""
    rest = iter(words)
    for word in rest:
        if word == "-H":
            name, _, value = next(rest).partition(":")
            headers[name] = value.strip()
        elif word == "-d":
            given = next(rest)
            data = (Path(given[1:]).read_text() if given.startswith("@") else given).encode()
        elif word == "-X":
            method = next(rest)
        elif word != "-s":
            url = word
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        answer = error
    sys.stdout.write(answer.read().decode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

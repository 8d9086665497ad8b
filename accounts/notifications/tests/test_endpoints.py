"""Whatever a browser names as its push service: what is accepted is what the HTTP client connects to."""

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from requests import Request

from accounts.notifications.push_subscriptions import NoSubscription, check_endpoint

KNOWN = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    ".notify.windows.com",
    ".push.apple.com",
)
PARTS = (
    *KNOWN,
    *(
        "127.0.0.1",
        "[::1]",
        "localhost",
        "evil.example",
        "a",
        "https:",
        "//",
        "/",
        "\\",
        "@",
        ":",
        ":443",
        ":80",
    ),
    *(
        "?",
        "#",
        "%5c",
        "%2e",
        "%00",
        "\t",
        "\n",
        "\r",
        "\0",
        " ",
        "\u3002",
        "\uff0f",
        "\u2100",
        "\u00ad",
        ";",
        "..",
    ),
)
ADDRESSES = st.lists(st.sampled_from(PARTS) | st.characters(), max_size=8).map("".join)


@given(st.just("https://") | st.just("https:") | st.just(""), ADDRESSES)
@example("https://", "127.0.0.1\\.notify.windows.com/x")
def test_what_is_accepted_goes_to_a_push_service(scheme, rest):
    endpoint = scheme + rest
    try:
        check_endpoint(endpoint)
    except NoSubscription:
        return
    url = urlsplit(Request("POST", endpoint).prepare().url)
    assert url.scheme == "https" and url.port in (None, 443) and "@" not in url.netloc
    assert url.hostname in KNOWN[:2] or url.hostname.endswith(KNOWN[2:])


@given(st.sampled_from(["fcm.googleapis.com", "a.notify.windows.com", "web.push.apple.com"]), st.data())
def test_one_odd_character_anywhere_before_the_path_is_refused(host, data):
    odd = data.draw(st.sampled_from("\\@:#?%\t\n\r\0 \u3002\uff0f\u00e9[]_"))
    place = data.draw(st.integers(0, len(host) - 1))
    with pytest.raises(NoSubscription):
        check_endpoint(f"https://{host[:place]}{odd}{host[place:]}/x")

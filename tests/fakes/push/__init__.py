"""A fake push service with browsers of its own: takes messages as RFC 8030 says, if they are signed (RFC 8292), and
reads them with the browsers' keys (RFC 8291), so that what is shown here is what a browser would show.

`FakePush` runs it inside a test, `python -m tests.fakes.push` by itself.
"""

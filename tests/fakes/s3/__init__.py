"""A fake bucket: keeps objects as servers that speak S3 do, over real HTTP, and fails when wanted.

`FakeBucket` runs it inside a test, `python -m tests.fakes.s3` by itself. It knows what one bucket needs: PUT, GET, HEAD
and DELETE of an object, and the list of them. Who does not sign with its key is refused; the signature itself is not
looked at. `GET /_fake/` tells how many objects there are, `POST /_fake/away` has it answer 503 until the next.
"""

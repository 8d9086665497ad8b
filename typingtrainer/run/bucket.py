"""The fake bucket of `make run S3=fake`: where it listens, and what the application must know of it."""

from typingtrainer.run.fakes import Fake


class FakeBucket(Fake):
    """Keeps files in memory, until it stops."""

    name = "bucket"
    module = "tests.fakes.s3"
    called = "bucket"

    def settings(self) -> dict[str, str]:
        return {
            "S3_BUCKET": "typing",
            "S3_ENDPOINT_URL": self.url,
            "S3_REGION": "here",
            "S3_ACCESS_KEY": "fake-key",
            "S3_SECRET_KEY": "fake-secret",
        }

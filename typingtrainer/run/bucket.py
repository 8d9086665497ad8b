"""The fake bucket of `make run S3=fake`: where it listens, and what the application must know of it."""

import sys
from dataclasses import dataclass
from pathlib import Path

from typingtrainer.run.embedded import SERVICES
from typingtrainer.run.fakes import Fake, kept_port
from typingtrainer.run.supervisor import Program


@dataclass(frozen=True)
class FakeBucket(Fake):
    """Keeps files in memory, until it stops."""

    @classmethod
    def of(cls, var_dir: Path) -> "FakeBucket":
        return cls(var_dir, kept_port(var_dir / "bucket-port"))

    def settings(self) -> dict[str, str]:
        return {
            "S3_BUCKET": "typing",
            "S3_ENDPOINT_URL": self.url,
            "S3_REGION": "here",
            "S3_ACCESS_KEY": "fake-key",
            "S3_SECRET_KEY": "fake-secret",
        }

    def program(self) -> Program:
        command = [sys.executable, "-m", "tests.fakes.s3", f"--port={self.port}"]
        return Program("bucket", command, SERVICES, answers=self.answers)

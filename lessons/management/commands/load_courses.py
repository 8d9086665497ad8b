from argparse import ArgumentParser
from pathlib import Path
from typing import Any, get_args

from django.core.management.base import BaseCommand, CommandError

from lessons.course_files import CourseFileError, course_files
from lessons.courses import Outcome, load_course
from lessons.models import Course
from lessons.ordering import untypeable


class Command(BaseCommand):
    help = "Load the courses from their files; what an editor changed is kept. Safe to run again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="course.toml files (ours by default)")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *, files: list[Path], dry_run: bool, **options: Any) -> None:
        for path in files or course_files():
            try:
                report = load_course(path, dry_run=dry_run)
            except CourseFileError as error:
                raise CommandError(str(error)) from error
            counts = ", ".join(f"{report.counts[outcome]} {outcome}" for outcome in get_args(Outcome))
            texts = f"{report.with_text} of {report.lessons} lessons have a text"
            self.stdout.write(f"{report.slug}: {counts}; {texts}")
            if report.kept:
                self.stdout.write(f"{report.slug}: kept as edited in the admin: {', '.join(report.kept)}")
            if not dry_run:
                self._warn_of_untypeable(report.slug)

    def _warn_of_untypeable(self, slug: str) -> None:
        """Say which published lessons use what is not taught by then, as where a kept lesson teaches other letters than
        its file does now."""
        for sentence in untypeable(Course.objects.get(slug=slug)).values():
            self.stderr.write(f"{slug}: warning: cannot be typed as taught: {sentence}", self.style.WARNING)

import pytest

from lessons.courses import load_course
from lessons.models import Course

from .course_folder import write_course


@pytest.fixture
def course_file(tmp_path):
    return write_course(tmp_path)


@pytest.fixture
def course(db, course_file):
    load_course(course_file)
    return Course.objects.get(slug="mini")

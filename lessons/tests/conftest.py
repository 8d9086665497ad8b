import pytest
from django.contrib.auth.models import Permission

from accounts.models import User
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


@pytest.fixture
def people(db):
    """A learner, an editor and a supporter, each by what they may do."""
    learner = User.objects.create_user("learner@example.com")
    support = User.objects.create_user("support@example.com", is_staff=True)
    editor = User.objects.create_user("editor@example.com", is_staff=True, language="en")
    editor.user_permissions.set(Permission.objects.filter(content_type__app_label="lessons"))
    return {"learner": learner, "support": support, "editor": editor}


@pytest.fixture
def editor(client, people):
    client.force_login(people["editor"], "django.contrib.auth.backends.ModelBackend")
    return client

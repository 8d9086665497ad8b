import pytest
from django.conf import settings
from django.utils import translation

from lessons import keyboards


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_layouts_to_choose_from_are_those_there_are(language):
    with translation.override(language):
        offered = {code: str(name) for code, name in settings.KEYBOARD_LAYOUTS}
    assert offered == {code: keyboards.layout(code).names[language] for code in keyboards.layouts()}

from django.conf import settings

from lessons import keyboards


def test_the_layouts_to_choose_from_are_those_there_are():
    offered = {code for code, _ in settings.KEYBOARD_LAYOUTS}
    assert offered == {path.stem for path in keyboards.LAYOUTS.glob("*.toml")}

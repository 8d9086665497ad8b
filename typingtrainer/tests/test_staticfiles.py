"""What is done to static files when they are collected."""

import re
from collections import Counter

from django.conf import settings
from django.core.files.base import ContentFile

from typingtrainer.staticfiles import ModuleStorage

MODULE = b'/** What it does. */\nimport { a } from "./a.js";\n\n// Why.\nexport const b = `${a} // c`;\n'


def test_modules_lose_their_comments(tmp_path):
    storage = ModuleStorage(location=tmp_path)
    for name in ("typing/b.js", "admin/b.js"):
        storage.save(name, ContentFile(MODULE))
    assert (tmp_path / "typing/b.js").read_text() == 'import{a}from"./a.js";export const b=`${a} // c`;'
    assert (tmp_path / "admin/b.js").read_bytes() == MODULE


def test_the_practice_page_gets_one_module_with_all_it_imports(tmp_path):
    storage = ModuleStorage(location=tmp_path)
    names = [path.name for path in (settings.BASE_DIR / "static/typing").glob("*.js")]
    for name in sorted(names, key="practice.js".__eq__):
        storage.save(f"typing/{name}", ContentFile((settings.BASE_DIR / "static/typing" / name).read_bytes()))
    joined = (tmp_path / "typing/practice.js").read_text()
    assert not re.search(r"\bimport\s*\{", joined)
    assert joined.count("class Machine") == joined.count("class Capture") == 1
    assert joined.index("class Machine") < joined.index("class TypingExercise") < joined.index("define(")
    declared = re.findall(r"^(?:export )?(?:async )?(?:const|let|class|function) (\w+)", joined, re.MULTILINE)
    assert [name for name, times in Counter(declared).items() if times > 1] == []

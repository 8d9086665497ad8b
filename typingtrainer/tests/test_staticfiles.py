"""What is done to static files when they are collected."""

from django.core.files.base import ContentFile

from typingtrainer.staticfiles import ModuleStorage

MODULE = b'/** What it does. */\nimport { a } from "./a.js";\n\n// Why.\nexport const b = `${a} // c`;\n'


def test_modules_lose_their_comments(tmp_path):
    storage = ModuleStorage(location=tmp_path)
    for name in ("typing/b.js", "admin/b.js"):
        storage.save(name, ContentFile(MODULE))
    assert (tmp_path / "typing/b.js").read_text() == 'import{a}from"./a.js";export const b=`${a} // c`;'
    assert (tmp_path / "admin/b.js").read_bytes() == MODULE

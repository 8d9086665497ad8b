from typing import Any, Final

from django.core.files.base import ContentFile
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

MODULES: Final = "typing/"
"""The folder of our modules, for which a practice page waits."""


class ModuleStorage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed static files; ES modules lose their comments and import each other by hashed name."""

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: Any) -> str:
        if name.startswith(MODULES) and name.endswith(".js"):
            content = ContentFile(jsmin(b"".join(content.chunks()).decode()).encode())
        saved: str = super()._save(name, content)
        return saved

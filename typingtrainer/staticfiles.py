import re
from typing import Any, Final

from django.core.files.base import ContentFile
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

MODULES: Final = "typing/"
"""The folder of our modules, for which a practice page waits."""
JOINED: Final = "practice"
"""The module that is saved as one with all it imports: for four files a page waits longer than for one."""
IMPORT: Final = re.compile(r'import\{[^}]*\}from"\./([\w.]+)";')


class ModuleStorage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed static files; ES modules lose their comments and import each other by hashed name."""

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: Any) -> str:
        if name.startswith(MODULES) and name.endswith(".js"):
            module = jsmin(b"".join(content.chunks()).decode())
            if name.removeprefix(MODULES).startswith(f"{JOINED}."):
                module = self._joined(module, set())
            content = ContentFile(module.encode())
        saved: str = super()._save(name, content)
        return saved

    def _joined(self, module: str, joined: set[str]) -> str:
        """A module after those it imports, each once. While names are being hashed, some are not there yet."""

        def imported(found: re.Match[str]) -> str:
            name = found[1]
            if name in joined:
                return ""
            if not self.exists(MODULES + name):
                return found[0]
            joined.add(name)
            with self.open(MODULES + name) as file:
                return self._joined(file.read().decode(), joined) + "\n"

        return IMPORT.sub(imported, module)

from pathlib import Path

import pytest
from django.conf import settings as configured


@pytest.fixture(autouse=True)
def places(settings, tmp_path) -> Path:
    """Folders of each test alone."""
    settings.ERASURES_DIR = tmp_path / "erasures"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    kept = dict(configured.STORAGES["exports"])
    kept["OPTIONS"] = kept["OPTIONS"] | {"location": tmp_path / "exports"}
    settings.STORAGES = configured.STORAGES | {"exports": kept}
    return tmp_path

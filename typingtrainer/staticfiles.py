from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStorage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed static files whose ES modules import each other by hashed name."""

    support_js_module_import_aggregation = True

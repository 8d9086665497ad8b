from progress.conftest import anna, boris

__all__ = ["anna", "boris"]

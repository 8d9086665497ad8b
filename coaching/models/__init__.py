from coaching.models.exercises import Drill

__all__ = ["Drill"]

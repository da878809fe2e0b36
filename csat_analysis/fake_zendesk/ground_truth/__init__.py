"""The ground truth of a synthetic account, for tests to compare a pull and an analysis with."""

from .ground_truth import GroundTruth

__all__ = ["GroundTruth"]

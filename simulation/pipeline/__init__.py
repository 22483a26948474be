"""flowlogs-pipeline: it says who owns an address, and writes flows to Loki in batches."""

from simulation.pipeline.config import PipelineConfig
from simulation.pipeline.pipeline import Pipeline

__all__ = ["Pipeline", "PipelineConfig"]

"""A Prometheus: series that a scraper fills, and the part of its HTTP API that readers ask."""

from simulation.prometheus.series import Scrape, SeriesStore
from simulation.prometheus.server import PrometheusServer

__all__ = ["PrometheusServer", "Scrape", "SeriesStore"]

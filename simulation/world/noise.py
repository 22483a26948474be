"""Foreign traffic, always there: other workloads look up names, fetch pages, fail, get refused."""

from __future__ import annotations

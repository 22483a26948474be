"""Whoever imports it has loaded all that a run of the suite imports, but for pytest's own plugins.

Steps and fixtures are such plugins: pytest loads them for itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from importlib.metadata import entry_points

for package in ("catalog", "kit", "simulation"):
    for module in pkgutil.walk_packages([package], f"{package}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
for plugin in entry_points(group="pytest11"):
    plugin.load()

"""Whoever imports it has loaded all that a run of the suite imports.

Steps and fixtures too, which pytest then registers as they are: no assertion is rewritten here.
"""

from __future__ import annotations

import importlib
import pkgutil
from importlib.metadata import entry_points

for package in ("catalog", "kit", "simulation", "fixtures", "steps"):
    for module in pkgutil.walk_packages([package], f"{package}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
for plugin in entry_points(group="pytest11"):
    plugin.load()

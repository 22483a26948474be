"""Bringing what a cluster lacks from manifests/install, and taking exactly that away again."""

from kit.install.installing import installed
from kit.install.plan import plan
from kit.install.removing import removed
from kit.install.wishes import ObjectStore, Wishes

__all__ = ["ObjectStore", "Wishes", "installed", "plan", "removed"]

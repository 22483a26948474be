"""Google's own lists, and sites that they speak of: the block list against the internet itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from catalog.outcomes import Outcome
from kit import evidence
from kit.block_list import BlockList
from kit.google_lists import Lists, holds, read
from kit.internet import Site, download
from kit.traffic import Traffic
from kit.verdict import Inconclusive

PATHS = ("/ipranges/goog.json", "/ipranges/cloud.json")
LIVE = "live"
REAL = "Google's own lists, downloaded during the run"


@dataclass
class LiveLists:
    """Downloaded by a probe of the run; sites are looked up before there is any rule."""

    block_list: BlockList
    _sites: dict[str, Site] = field(default_factory=dict, init=False)

    def take(self) -> None:
        goog, cloud = (self._downloaded(path) for path in PATHS)
        self.block_list.take(Lists(LIVE, goog, cloud, served=False), REAL)

    def _downloaded(self, path: str) -> tuple[str, ...]:
        traffic = download(self.block_list.outside.stage.clients, path)
        if traffic.outcome is not Outcome.CONNECTED:
            raise Inconclusive(f"a probe could not download {path}\n\n{traffic.told()[:2000]}")
        try:
            return read(traffic.output)
        except (ValueError, KeyError):
            raise Inconclusive(f"{path} is no list in the form that Google publishes") from None

    def reach(self, names: Sequence[str]) -> None:
        """A Google service, a customer of its cloud and another site: each is what it is called."""
        for name, (in_goog, in_cloud) in zip(
            names, ((True, False), (True, True), (False, False)), strict=True
        ):
            site = self._found(name)
            self._require("goog.json", site, in_goog)
            self._require("cloud.json", site, in_cloud)
            self._sites[name] = site

    def _found(self, name: str) -> Site:
        outside = self.block_list.outside
        traffic = outside.control(outside.clients.send(Site(name).request(), Site(name).end()))
        site = replace(Site(name), address=str(traffic.sent.get("DstAddr", "")))
        evidence.fact(name, site.address)
        return site

    def _require(self, which: str, site: Site, wanted: bool) -> None:
        lists = self.block_list.lists
        assert lists is not None
        found = holds(lists.goog if which == "goog.json" else lists.cloud, site.address)
        if found is not wanted:
            says = "holds" if found else "does not hold"
            told = f"{which} {says} {site.address}, the address of {site.name}"
            raise Inconclusive(f"{told}: name another site in the feature file")

    def request(self, name: str) -> Traffic:
        site, outside = self._sites[name], self.block_list.outside
        return outside.repeatable(lambda: outside.clients.send(site.request(), site.end()))

"""Puts the hardships that were asked for between the parts of a cluster and its users."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from simulation.apiserver import HttpReply, HttpRequest, Server
from simulation.apiserver.api import Respond
from simulation.apiserver.calls import Response
from simulation.apiserver.proxy import Handler
from simulation.clock import Clock
from simulation.controllers.hub import Hub
from simulation.controllers.kubelet import Kubelet
from simulation.hardships import Hardships
from simulation.hardships.calls import TroubledCalls
from simulation.hardships.logins import Logins
from simulation.hardships.pods import HardPods
from simulation.hardships.queries import TroubledQueries
from simulation.hardships.weather import Restarts, SlowCalls


def endure_pods(hub: Hub, kubelet: Kubelet, hardships: Hardships) -> None:
    """Once the population has come to rest."""
    HardPods(hub, kubelet, hardships)
    Restarts(hub, hardships)


def endure_calls(server: Server, clock: Clock, hardships: Hardships) -> None:
    troubled, slow = TroubledCalls(hardships, clock), SlowCalls(hardships, clock)

    async def around(request: web.BaseRequest, respond: Respond) -> Response:
        await slow.wait()
        return await troubled(request, respond)

    server.api.around = around


def endure_queries(hub: Hub, hardships: Hardships, loki: Handler) -> None:
    troubled = TroubledQueries(hardships, hub.clock, loki)

    async def answer(request: HttpRequest) -> HttpReply:
        return await troubled(request)

    for port in (3100, "http-metrics"):
        hub.store.proxy.register("netobserv", "loki", port, answer)


def endure_logins(
    hub: Hub,
    hardships: Hardships,
    tokens: tuple[str, Callable[[], str]],
    write: Callable[[str], object],
) -> None:
    """`tokens` are the one in force and a way to get another; `write` hands one out."""
    token, issue = tokens
    Logins(hub.store, hub.clock, issue).live_by(hardships, token, write)

"""Keep EgressFirewalls that deny Google's own services and no Google Cloud customer.

What is denied is goog.json less cloud.json, address by address. Everything is read and checked,
for all namespaces, before the first one is written: a doubt about a list changes nothing.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

import firewall
import lists
import settings as environment
from api import Api, Json
from settings import Exit, Problem, Settings

POLL_SECONDS = 0.5
STOPPED = 143
APPLIED = "EgressFirewall Rules applied"
"""Source: ovn-kubernetes go-controller/pkg/types/resource_status.go."""


def run(settings: Settings) -> None:
    """One update of all namespaces; Problem if any of them is not as it should be."""
    api = Api(settings)
    _warn_of_lock_out(settings)
    goog = lists.fetch(settings.goog_url, settings.min_goog, settings)
    cloud = lists.fetch(settings.cloud_url, settings.min_cloud, settings)
    target = firewall.wanted(goog, cloud, settings)
    v4, v6 = target.blocked.sizes()
    logging.info("to deny: %s IPv4 addresses and %.3g IPv6 addresses", f"{v4:,}", v6)
    current, problems = _read(api, settings)
    for namespace, found in current.items():
        firewall.check_change(namespace, found, target, settings)
    for namespace, found in current.items():
        with _kept(namespace, problems):
            _update(api, namespace, found, target)
    if problems:
        raise problems[0]


def _read(api: Api, settings: Settings) -> tuple[dict[str, Json | None], list[Problem]]:
    """What is in force where; a namespace that cannot be read does not stop the others."""
    current: dict[str, Json | None] = {}
    problems: list[Problem] = []
    for namespace in settings.namespaces:
        with _kept(namespace, problems):
            current[namespace] = api.get(namespace)
    return current, problems


@contextmanager
def _kept(namespace: str, problems: list[Problem]) -> Iterator[None]:
    """Note one namespace's problem and go on, unless it is everybody's."""
    try:
        yield
    except Problem as problem:
        if problem.code in (Exit.SETTINGS, Exit.API_UNREACHABLE):
            raise
        logging.error("%s: %s", namespace, problem)
        problems.append(problem)


def _update(api: Api, namespace: str, current: Json | None, target: firewall.Wanted) -> None:
    """Bring one namespace up to date, and see that it is."""
    if firewall.same(current, target):
        logging.info("%s: unchanged, %d rules", namespace, len(target.rules))
        _confirm(api, namespace, settle=0)
        return
    for line in firewall.difference(current, target):
        logging.info("%s: %s", namespace, line)
    api.apply(namespace, target.firewall(namespace))
    _check_stored(api, namespace, target)
    _confirm(api, namespace, settle=api.settings.status_settle)


def _check_stored(api: Api, namespace: str, target: firewall.Wanted) -> None:
    stored = firewall.rules_of(api.get(namespace))
    if stored != list(target.rules):
        what = f"{len(stored)} rules that differ from the {len(target.rules)} just applied"
        raise Problem(Exit.NOT_STORED, f"the EgressFirewall of {namespace} holds {what}")
    logging.info("%s: stored as applied, %d rules", namespace, len(stored))


def _confirm(api: Api, namespace: str, settle: float) -> None:
    """Read the status until it is good.

    A status does not say to which version of the rules it belongs, so after a change even a good
    one is watched for `settle` seconds, in which the nodes may still report an error.
    """
    began = time.monotonic()
    while True:
        status = (api.get(namespace) or {}).get("status") or {}
        text = str(status.get("status") or "")
        needed = settle if text == APPLIED else max(settle, api.settings.status_wait)
        left = began + needed - time.monotonic()
        if left <= 0:
            break
        time.sleep(min(left, POLL_SECONDS))
    _judge(namespace, text, status.get("messages") or [], api.settings)


def _judge(namespace: str, text: str, messages: list[str], settings: Settings) -> None:
    if text == APPLIED:
        logging.info("%s: status is %r (which does not prove an update)", namespace, text)
        return
    if text:
        said = "; ".join(" ".join(str(message).split()) for message in messages[:3])[:400]
        raise Problem(Exit.NOT_APPLIED, f"{namespace} reports {text!r} ({said or 'no details'})")
    waited = f"no status within {settings.status_wait:g} s"
    raise Problem(Exit.NOT_CONFIRMED, f"{namespace}: {waited}: some node has not reported")


def _warn_of_lock_out(settings: Settings) -> None:
    try:
        own = (settings.account / "namespace").read_text(encoding="utf-8").strip()
    except OSError:
        return
    if own in settings.namespaces:
        logging.warning("warning: this pod runs in %s and may block its own downloads", own)


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Needed because the kernel ignores SIGTERM for a container's first process without this."""
    logging.error("failed (stopped from outside, exit code %d)", STOPPED)
    sys.exit(STOPPED)


def _where(error: BaseException) -> str:
    """The innermost line, instead of a traceback."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {os.path.basename(frame.filename)}:{frame.lineno}"


def main(environ: Mapping[str, str]) -> int:
    """Run once; the exit code and the last line say how it ended."""
    try:
        run(environment.read(environ))
    except Problem as problem:
        logging.error("failed (%s, exit code %d): %s", problem.code.name, problem.code, problem)
        return int(problem.code)
    except Exception as error:
        logging.error("failed (UNEXPECTED, exit code %d): %s", Exit.UNEXPECTED, _where(error))
        return int(Exit.UNEXPECTED)
    logging.info("done: every namespace holds the list")
    return int(Exit.CHANGED_OR_EQUAL)


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(main(os.environ))

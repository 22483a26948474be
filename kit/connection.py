"""The connection to an API server: one pool for all threads, retries where safe, plain answers.

Every failure is one sentence without tokens or file contents. A call that can be made twice is made
again after trouble that passes; any call after a 429, which the server refused to begin with, and
once after a 401, with the credentials read anew.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import Any

import urllib3
from kubernetes import client, config
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.exceptions import SSLError as TlsError

from kit.again import RETRIES, Attempts, retry_after
from kit.asks import PASSING, UNAUTHORIZED, Answer, Ask, NoAnswer, passes
from kit.errors import InfrastructureError, Refused, Unanswered
from kit.kubeconfig import Target
from kit.redact import remember
from kit.wait import GRACE_OF_A_FAST_CLOCK

CONNECT_SECONDS = 5.0
THREADS = 32
REVIEW = "/selfsubjectaccessreviews"
"""Asked for by POST, and yet it makes nothing."""


class Connection:
    """Asks, and counts what it asked by HTTP method."""

    def __init__(self, target: Target, agent: str, tries: int = RETRIES) -> None:
        self._target, self._tries = target, tries
        self._configuration = configured(target)
        self._client = client.ApiClient(self._configuration)
        self._client.user_agent = agent
        self._agent = agent
        self._renewing = Lock()
        self.calls: Counter[str] = Counter()

    def close(self) -> None:
        self._client.rest_client.close()

    def ask(self, ask: Ask) -> Answer:
        """The answer of any status; Unanswered when there is none, or none that is whole."""
        if self._target.read_only and ask.method != "GET" and not ask.path.endswith(REVIEW):
            raise RuntimeError(f"--observe was about to {ask.method} {ask.path}")
        self.calls[ask.method] += 1
        attempts = Attempts(self._tries if ask.retried else 0, self._target.speed)
        credentials, renewed = self._credentials(), False
        while True:
            answer = self._attempt(ask, credentials)
            if isinstance(answer, Answer) and answer.status == UNAUTHORIZED and not renewed:
                credentials, renewed = self._renewed(credentials), True
            elif not (passes(ask, answer) and attempts.once_more(retry_after(answer.headers))):
                break
        if isinstance(answer, Answer):
            return answer
        raise answer.error

    def _attempt(self, ask: Ask, credentials: Mapping[str, str]) -> Answer | NoAnswer:
        headers = {"Accept": "application/json", "User-Agent": self._agent, **credentials}
        body = ask.body
        if body is not None:
            headers["Content-Type"] = ask.content_type
            body = json.dumps(body)
        try:
            response = self._client.rest_client.pool_manager.request(
                ask.method,
                self._configuration.host + ask.url,
                body=body,
                headers=headers | dict(ask.headers or {}),
                timeout=self._timeout(ask),
                retries=False,
            )
        except HTTPError as error:
            return _no_answer(error, self._unreachable(error))
        answer = Answer(response.status, response.headers, response.data)
        if 200 <= answer.status < 300 and ask.json and not answer.is_json:
            told = f"{self._target.server} answered {ask.method} {ask.path} with no JSON"
            why = Unanswered(f"{told}: is it a Kubernetes API server?")
            return NoAnswer(why, final="json" not in answer.headers.get("Content-Type", ""))
        return answer

    def _timeout(self, ask: Ask) -> urllib3.Timeout:
        """In cluster seconds, like all deadlines; our own work does not shrink with them."""
        speed = self._target.speed
        grace = GRACE_OF_A_FAST_CLOCK if speed > 1 else 0.0
        connect, read = (grace + limit / speed for limit in (CONNECT_SECONDS, ask.timeout))
        return urllib3.Timeout(connect=connect, read=read)

    def _renewed(self, refused: Mapping[str, str]) -> dict[str, str]:
        """Credentials read anew from the kubeconfig or its login plugin, once for all threads."""
        with self._renewing:
            if self._credentials() == refused:
                self._configuration = configured(self._target)
                self._client.configuration = self._configuration
            return self._credentials()

    def expect(self, ask: Ask) -> Any:
        """The JSON of a good answer; Refused with the server's own words for any other."""
        answer = self.ask(replace(ask, json=True))
        if not 200 <= answer.status < 300:
            raise self.refusal(ask, answer)
        return answer.json()

    def _credentials(self) -> dict[str, str]:
        found = self._configuration.auth_settings()
        return {s["key"]: s["value"] for s in found.values() if s["in"] == "header"}

    def refusal(self, ask: Ask, answer: Answer) -> Refused:
        status = _status(answer)
        said = str(status.get("message") or f"HTTP {answer.status}")
        causes = (status.get("details") or {}).get("causes") or ()
        return Refused(
            self._sentence(ask, answer.status, said),
            code=answer.status,
            reason=str(status.get("reason") or ""),
            said=said,
            fields=tuple(str(cause.get("field") or "") for cause in causes),
        )

    def _sentence(self, ask: Ask, code: int, said: str) -> str:
        server, context = self._target.server, self._target.context
        if code == 401:
            return (
                f"The API server {server} does not accept the credentials of context "
                f"{context!r} (401): log in again, the token may have expired."
            )
        if "admission webhook" in said:
            return f"A webhook of the cluster refuses {ask.method} {ask.path}: {said} ({code})."
        if code == 403 and (limits := _limits(said)):
            return f"{limits} refuses what the suite needs: {said} (403)."
        if code == 403:
            return f"The user of context {context!r} may not do what the suite needs: {said} (403)."
        if code in PASSING:
            return f"The API server {server} is overloaded or failing: {said} ({code})."
        return f"The API server refused {ask.method} {ask.path}: {said} ({code})."

    def _unreachable(self, error: Exception) -> str:
        server = self._target.server
        reason = getattr(error, "reason", None) or error
        if isinstance(reason, TlsError) or "CERTIFICATE" in str(reason).upper():
            return (
                f"The certificate of the API server {server} is not trusted: check "
                "certificate-authority-data in the kubeconfig."
            )
        return f"The API server {server} cannot be reached: {_why(reason)}."


def _why(reason: BaseException | str) -> str:
    if isinstance(reason, NameResolutionError):
        return "its name does not resolve"
    text = str(reason).lower()
    if "refused" in text:
        return "the connection is refused (is the cluster running?)"
    if "timed out" in text:
        return "no answer in time (is a VPN or a proxy needed?)"
    if "closed" in text or "reset" in text or "aborted" in text:
        return "it broke the connection off"
    return type(reason).__name__


def _limits(said: str) -> str:
    """What an administrator has limited, if that is why admission refuses; empty if not."""
    if quota := re.search(r"exceeded quota: ([^,\s]+)", said):
        return f"The quota {quota[1]}"
    if re.search(r"(maximum|minimum) .* usage per (Container|Pod) is", said):
        return "A LimitRange of the namespace"
    return ""


def _no_answer(error: Exception, told: str) -> NoAnswer:
    reason = getattr(error, "reason", None) or error
    final = isinstance(reason, (TlsError, NameResolutionError))
    begun = not isinstance(reason, (NewConnectionError, ConnectTimeoutError, TlsError))
    return NoAnswer(Unanswered(told), begun=begun, final=final)


def _status(answer: Answer) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def agent(suite: str) -> str:
    """How the suite names itself to servers."""
    try:
        return f"{suite}/{version('netobserv-egress-conformance')}"
    except PackageNotFoundError:
        return f"{suite}/source"


def configured(target: Target) -> Any:
    """The client's configuration, with credentials from the kubeconfig or its login plugin."""
    configuration = client.Configuration()
    try:
        config.load_kube_config(
            str(target.kubeconfig), target.context, configuration, persist_config=False
        )
    except Exception as error:
        # The text of such errors can hold what a login plugin printed: it is not repeated.
        raise InfrastructureError(
            f"The credentials of context {target.context!r} in {target.kubeconfig} cannot be used "
            f"({type(error).__name__}): try `kubectl --context {target.context} get namespaces`."
        ) from None
    configuration.connection_pool_maxsize = THREADS
    for held in configuration.api_key.values():
        remember(str(held).removeprefix("Bearer "))  # a login plugin's, too
    return configuration

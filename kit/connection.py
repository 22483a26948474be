"""The connection to an API server: one pool for all threads, retries where safe, plain answers.

Every failure is one sentence without tokens or file contents.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import urllib3
from kubernetes import client, config
from urllib3.exceptions import HTTPError, NameResolutionError
from urllib3.exceptions import SSLError as TlsError

from kit.errors import InfrastructureError, Refused
from kit.kubeconfig import Target

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
TRIES = 6
THREADS = 32
PASSING = frozenset({429, 500, 502, 503, 504})
Query = Sequence[tuple[str, str]]


class Retries(urllib3.Retry):
    """Repeats what is safe to repeat; a POST only when the server refused to begin with it."""

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        if status_code == 429 and bool(self.total):
            return True
        if status_code == 500 and method != "GET":
            return False
        return super().is_retry(method, status_code, has_retry_after)


def retries(tries: int) -> Retries:
    return Retries(
        total=tries,
        connect=min(tries, 3),
        other=0,
        allowed_methods={"GET", "PUT", "PATCH", "DELETE"},
        status_forcelist=PASSING,
        backoff_factor=0.05,
        backoff_max=2.0,
        retry_after_max=3,
        raise_on_status=False,
        redirect=0,
    )


@dataclass(frozen=True)
class Answer:
    """What the server answered, whatever the status."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Ask:
    """One request; `body` is sent as JSON. One not `retried` is its caller's to repeat."""

    method: str
    path: str
    query: Query = ()
    body: Any = None
    content_type: str = "application/json"
    headers: Mapping[str, str] | None = None
    timeout: float = READ_SECONDS
    retried: bool = True

    @property
    def url(self) -> str:
        return f"{self.path}?{urlencode(self.query, quote_via=quote)}" if self.query else self.path


class Connection:
    """Asks, and counts what it asked by HTTP method."""

    def __init__(self, target: Target, agent: str, tries: int = TRIES) -> None:
        self._target, self._tries = target, tries
        self._configuration = _configured(target)
        self._client = client.ApiClient(self._configuration)
        self._client.user_agent = agent
        self._agent = agent
        self.calls: Counter[str] = Counter()

    def close(self) -> None:
        self._client.rest_client.close()

    def ask(self, ask: Ask) -> Answer:
        """The answer of any status; InfrastructureError when there is none."""
        self.calls[ask.method] += 1
        headers = {"Accept": "application/json", "User-Agent": self._agent} | self._credentials()
        body = ask.body
        if body is not None:
            headers["Content-Type"] = ask.content_type
            body = json.dumps(body)
        url = self._configuration.host + ask.url
        try:
            response = self._client.rest_client.pool_manager.request(
                ask.method,
                url,
                body=body,
                headers=headers | dict(ask.headers or {}),
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=ask.timeout),
                retries=retries(self._tries if ask.retried else 0),
            )
        except HTTPError as error:
            raise InfrastructureError(self._unreachable(error)) from None
        return Answer(response.status, response.headers, response.data)

    def expect(self, ask: Ask) -> Any:
        """The JSON of a good answer; Refused with the server's own words for any other."""
        answer = self.ask(ask)
        if not 200 <= answer.status < 300:
            raise self.refusal(ask, answer)
        try:
            return answer.json()
        except ValueError:
            told = f"{self._target.server} answered {ask.method} {ask.path} with no JSON"
            raise InfrastructureError(f"{told}: is it a Kubernetes API server?") from None

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


def _status(answer: Answer) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _configured(target: Target) -> Any:
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
    return configuration

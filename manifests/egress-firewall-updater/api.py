"""The Kubernetes API, for one kind of object: the EgressFirewall named default of a namespace.

Every call is verified against the cluster's own CA and carries the mounted token. There is no
proxy and no redirect to follow, so that the token goes to the API server and nowhere else.
"""

from __future__ import annotations

import json
import logging
import ssl
import time
from http.client import HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from settings import Exit, Problem, Settings
from tls import trusting

MANAGER = "egress-firewall-updater"
API_VERSION = "k8s.ovn.org/v1"
_PATH = f"/apis/{API_VERSION}/namespaces/{{}}/egressfirewalls/default"
_WORTH_ANOTHER_TRY = (429, 500, 502, 503, 504)
_HINTS = {
    401: "the service account's token is not accepted",
    403: "the namespace needs the Role and RoleBinding in access/",
    404: "the namespace does not exist, or the cluster has no EgressFirewall",
    409: "somebody else writes this EgressFirewall too: the next run takes the rules over again",
}

Json = dict[str, Any]


class Api:
    """Reads and applies EgressFirewalls."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._url = urlsplit(settings.api_url)
        self._tls = trusting(settings.account / "ca.crt")

    def get(self, namespace: str) -> Json | None:
        """The namespace's EgressFirewall, or None if it has none."""
        status, reply = self._call("GET", _PATH.format(namespace))
        if status == 404:
            return None
        return self._accepted(f"reading the EgressFirewall of {namespace}", status, reply)

    def apply(self, namespace: str, firewall: Json) -> None:
        """Server-side apply as this updater; `force` takes the rules over from whoever had them."""
        path = _PATH.format(namespace) + f"?fieldManager={MANAGER}&force=true"
        status, reply = self._call("PATCH", path, json.dumps(firewall))
        self._accepted(f"applying the EgressFirewall of {namespace}", status, reply)

    def _accepted(self, act: str, status: int, reply: Json) -> Json:
        if status in (200, 201) and reply.get("kind") == "EgressFirewall":
            return reply
        said = str(reply.get("message", "without a message")).replace(self._token(), "***")
        hint = f"; {_HINTS[status]}" if status in _HINTS else ""
        short = " ".join(said.split())[:300]
        raise Problem(Exit.API_REFUSED, f"{act} failed with HTTP {status} ({short}){hint}")

    def _call(self, method: str, path: str, body: str | None = None) -> tuple[int, Json]:
        """Repeating is safe: reading and server-side apply both give the same result twice."""
        for attempt in range(1, self.settings.attempts):
            try:
                status, reply = self._call_once(method, path, body)
            except (OSError, HTTPException) as error:
                reason = str(error) or type(error).__name__
            else:
                if status not in _WORTH_ANOTHER_TRY:
                    return status, reply
                reason = f"HTTP {status}"
            logging.info("the API server: %s; trying again", reason)
            time.sleep(self.settings.retry_pause * attempt)
        try:
            return self._call_once(method, path, body)
        except (OSError, HTTPException) as error:
            raise self._unreachable(str(error) or type(error).__name__) from None

    def _call_once(self, method: str, path: str, body: str | None) -> tuple[int, Json]:
        headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {self._token()}",
            "User-Agent": MANAGER,
        }
        if body is not None:
            headers["Content-Type"] = "application/apply-patch+yaml"
        connection = HTTPSConnection(
            self._url.hostname or "",
            self._url.port or 443,
            timeout=self.settings.timeout,
            context=self._tls,
        )
        try:
            connection.request(method, self._url.path + path, body, headers)
            reply = connection.getresponse()
            return reply.status, _object(reply.status, reply.read())
        except ssl.SSLCertVerificationError as error:
            why = f"its certificate is not trusted ({error.verify_message})"
            raise self._unreachable(why) from None
        finally:
            connection.close()

    def _token(self) -> str:
        """Read each time, since the kubelet renews the file."""
        path = self.settings.account / "token"
        try:
            token = path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            token = ""
        if not token or any(character.isspace() for character in token):
            raise Problem(Exit.SETTINGS, f"{path} holds no usable service-account token")
        return token

    def _unreachable(self, why: str) -> Problem:
        return Problem(Exit.API_UNREACHABLE, f"{self.settings.api_url} cannot be used: {why}")


def _object(status: int, body: bytes) -> Json:
    """HTTPException for success without an object: nobody knows what such an answer would say."""
    try:
        found = json.loads(body)
    except ValueError:
        if status < 300:
            raise HTTPException("its answer is cut short or is not JSON") from None
        return {"message": body[:200].decode("utf-8", "replace")}
    return found if isinstance(found, dict) else {}

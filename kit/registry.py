"""What digest a registry has for a tag: asked over its HTTP API, without any credentials.

Source: the OCI distribution specification (HEAD of a manifest, Docker-Content-Digest) and the
token flow that registries announce in WWW-Authenticate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import requests

from kit.errors import InfrastructureError, Unanswered
from kit.mirror import Image

ACCEPT = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
HOSTS = {"docker.io": "registry-1.docker.io"}
TIMEOUT = 20.0
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
PART = re.compile(r'(\w+)="([^"]*)"')


def digests(images: Iterable[Image]) -> tuple[dict[str, str], list[str]]:
    """By reference, for those that name none themselves; and a sentence for each refusal.

    A registry that cannot be reached is asked once.
    """
    found: dict[str, str] = {}
    silent: dict[str, str] = {}
    with requests.Session() as session:
        for each in images:
            if each.digest or each.registry in silent:
                continue
            try:
                found[str(each)] = digest(session, each)
            except Unanswered as error:
                silent[each.registry] = str(error)
            except InfrastructureError as error:
                silent[str(each)] = str(error)
    return found, list(silent.values())


def digest(session: requests.Session, image: Image) -> str:
    """Of the index, where one tag stands for several architectures."""
    host = HOSTS.get(image.registry, image.registry)
    url = f"https://{host}/v2/{image.repository}/manifests/{image.tag or 'latest'}"
    answer = _head(session, url, image, "")
    if answer.status_code == 401:
        token = _token(session, answer.headers.get("WWW-Authenticate", ""), image)
        answer = _head(session, url, image, token)
    found = answer.headers.get("Docker-Content-Digest", "")
    if answer.status_code != 200 or not DIGEST.fullmatch(found):
        raise InfrastructureError(
            f"{image.registry} does not tell the digest of {image} (status {answer.status_code}): "
            "see that the tag exists, or log in and ask with `skopeo inspect`"
        )
    return found


def _head(session: requests.Session, url: str, image: Image, token: str) -> requests.Response:
    headers = {"Accept": ", ".join(ACCEPT)}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    try:
        return session.head(url, headers=headers, timeout=TIMEOUT, allow_redirects=True)
    except requests.RequestException as error:
        raise _unreachable(image, error) from None


def _token(session: requests.Session, challenge: str, image: Image) -> str:
    """An anonymous one; empty when the registry wants something else."""
    parts = dict(PART.findall(challenge))
    if not challenge.lower().startswith("bearer") or "realm" not in parts:
        return ""
    asked = {key: parts[key] for key in ("service", "scope") if key in parts}
    asked.setdefault("scope", f"repository:{image.repository}:pull")
    try:
        answer = session.get(parts["realm"], params=asked, timeout=TIMEOUT)
        found = answer.json() if answer.ok else {}
    except (requests.RequestException, ValueError) as error:
        raise _unreachable(image, error) from None
    return str(found.get("token") or found.get("access_token") or "")


def _unreachable(image: Image, error: Exception) -> Unanswered:
    return Unanswered(
        f"the registry {image.registry} cannot be asked ({type(error).__name__}): run this where "
        "the internet is reachable (HTTPS_PROXY is honoured), or leave --resolve out"
    )

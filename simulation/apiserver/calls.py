"""One request to the API server, and the answers that can be given."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml
from aiohttp import web

from simulation.apiserver import manual_jobs, protobuf
from simulation.apiserver.access import User
from simulation.apiserver.errors import ApiError, bad_request, invalid, unsupported_media
from simulation.apiserver.objects import Object
from simulation.apiserver.resources import Resource
from simulation.apiserver.routes import Route
from simulation.apiserver.validation import unsupported

if TYPE_CHECKING:
    from simulation.apiserver.store import Store

_OPTIONS = {"POST": "CreateOptions", "PUT": "UpdateOptions", "PATCH": "PatchOptions"}
TRUE = ("true", "True", "1", "t", "T")
Response = web.StreamResponse


@dataclass(frozen=True)
class Call:
    """A request with what is known of it once it is authenticated and routed."""

    store: Store
    request: web.BaseRequest
    user: User
    route: Route
    resource: Resource

    @property
    def namespace(self) -> str | None:
        return self.route.namespace or None

    def option(self, name: str, default: str = "") -> str:
        return self.request.query.get(name, default)

    def flag(self, name: str) -> bool:
        return self.option(name) in TRUE

    @property
    def dry_run(self) -> bool:
        given = self.request.query.getall("dryRun", [])
        if given not in ([], [""], ["All"]):
            kind = {"POST": "Create", "PUT": "Update", "PATCH": "Patch"}.get(
                self.request.method, "Delete"
            )
            raise invalid(
                "meta.k8s.io", f"{kind}Options", "", [unsupported("dryRun", given, ["All"])]
            )
        return given == ["All"]

    @property
    def manager(self) -> str:
        """`fieldManager`, or what the user agent calls itself before its version."""
        agent = self.request.headers.get("User-Agent", "unknown")
        return self.option("fieldManager") or agent.split("/")[0][:128]

    async def body(self) -> Any:
        """The body as JSON or YAML; None when there is none."""
        raw = await self.request.read()
        if not raw:
            return None
        if raw.startswith(protobuf.MAGIC):
            return self._protobuf(raw)
        try:
            return json.loads(raw) if raw[:1] in b"{[" else yaml.safe_load(raw)
        except (ValueError, yaml.YAMLError) as error:
            raise self._unrecognized("json parse error", raw) from error

    def _protobuf(self, raw: bytes) -> Object:
        try:
            return manual_jobs.decode(raw, self._cron_job) or protobuf.decode(raw)
        except (ValueError, IndexError) as error:
            raise unsupported_media() from error

    def _cron_job(self, namespace: str, name: str) -> Object | None:
        return self.store.find("batch/v1/CronJob", namespace or self.route.namespace, name)

    def _unrecognized(self, why: str, raw: bytes = b"") -> ApiError:
        shown = raw[:100].decode("utf-8", "replace") or "<empty>"
        return bad_request(
            f"the object provided is unrecognized (must be of type {self.resource.kind}): "
            f"couldn't get version/kind; {why} ({shown})"
        )

    async def object(self) -> Object:
        """The body as an object of this call's kind."""
        body = await self.body()
        if not isinstance(body, dict):
            raise self._unrecognized("json parse error: unexpected end of JSON input")
        self.must_be_of_kind(body)
        return body

    def must_be_of_kind(self, body: Object) -> None:
        wanted = self.resource
        kind = str(body.get("kind") or wanted.kind)
        api_version = str(body.get("apiVersion") or wanted.api_version)
        if (kind, api_version) != (wanted.kind, wanted.api_version):
            group, _, version = api_version.rpartition("/")
            raise bad_request(
                f'{kind} in version "{version}" cannot be handled as a {wanted.kind}: converting '
                f"({group or 'v1'}.{kind}) to ({wanted.group or 'core'}.{wanted.kind}): "
                "unknown conversion"
            )


def answer(value: Any, status: int = 200) -> web.Response:
    body = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    return web.Response(body=body, status=status, content_type="application/json")


def refuse(error: ApiError) -> web.Response:
    response = answer(error.body(), error.code)
    seconds = (error.details or {}).get("retryAfterSeconds")
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    return response


def text(value: str | bytes, status: int = 200) -> web.Response:
    body = value.encode() if isinstance(value, str) else value
    return web.Response(body=body, status=status, content_type="text/plain", charset="utf-8")


def success(call: Call, obj: Object) -> web.Response:
    """The Status that a finished deletion answers with."""
    details = {"name": obj["metadata"]["name"]}
    if call.resource.group:
        details["group"] = call.resource.group
    details |= {"kind": call.resource.plural, "uid": obj["metadata"]["uid"]}
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return answer(status | {"details": details})

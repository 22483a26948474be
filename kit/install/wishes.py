"""What the user wants installed, and how: checked before anybody connects."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kit.errors import UsageError
from kit.nearest import nearest

LOKIS = ("lokistack", "monolithic")
SIZES = ("1x.demo", "1x.pico", "1x.extra-small", "1x.small", "1x.medium")
MODELS = ("service", "direct", "kafka")
KEY_ID, KEY_SECRET = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"


@dataclass(frozen=True)
class ObjectStore:
    """An S3 that is there already; its keys are never shown."""

    endpoint: str
    bucket: str
    key_id: str = field(repr=False)
    key_secret: str = field(repr=False)
    region: str = "us-east-1"


@dataclass(frozen=True)
class Wishes:
    """`loki`, `model` and `storage_class` None: as the cluster suggests.

    `catalogue` is the CatalogSource that operators come from; None: the one of versions.yaml.
    """

    loki: str | None = None
    size: str = SIZES[0]
    storage_class: str | None = None
    model: str | None = None
    object_store: ObjectStore | None = None
    catalogue: str | None = None

    def __post_init__(self) -> None:
        _one_of("--loki", self.loki, LOKIS)
        _one_of("--loki-size", self.size, SIZES)
        _one_of("--model", self.model, MODELS)
        if self.loki == "monolithic":
            for option, given in (
                ("--storage-class", self.storage_class),
                ("--s3-endpoint", self.object_store),
                ("--loki-size", self.size != SIZES[0]),
            ):
                if given:
                    raise UsageError(f"{option} belongs to a LokiStack: say --loki lokistack")


def object_store(
    endpoint: str | None, bucket: str | None, region: str | None, environment: dict[str, str]
) -> ObjectStore | None:
    """Keys come from the environment: a command line is read by everybody on the machine."""
    if endpoint is None:
        if bucket or region:
            raise UsageError("--s3-bucket and --s3-region belong to an --s3-endpoint: name it")
        return None
    if urlsplit(endpoint).scheme not in ("http", "https") or not urlsplit(endpoint).hostname:
        raise UsageError(f"--s3-endpoint wants http:// or https:// and a host, not {endpoint!r}")
    if urlsplit(endpoint).path not in ("", "/") or "@" in endpoint:
        raise UsageError("--s3-endpoint wants a host and a port, without path and credentials")
    if not bucket:
        raise UsageError("--s3-endpoint needs an --s3-bucket that exists already")
    missing = [name for name in (KEY_ID, KEY_SECRET) if not environment.get(name)]
    if missing:
        raise UsageError(f"--s3-endpoint needs its keys in {' and '.join(missing)}")
    keys = environment[KEY_ID], environment[KEY_SECRET]
    return ObjectStore(endpoint.rstrip("/"), bucket, *keys, region or "us-east-1")


def _one_of(option: str, value: str | None, known: tuple[str, ...]) -> None:
    if value is not None and value not in known:
        raise UsageError(f"{option} {value!r} is unknown{nearest(value, known)}")

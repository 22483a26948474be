"""What the Secret of a LokiStack must hold, by kind of object store and way to authenticate.

Source: grafana/loki operator/internal/handlers/internal/storage/secrets.go.
"""

from __future__ import annotations

from collections.abc import Mapping

STATIC = "static"
KEYS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("s3", STATIC): ("bucketnames", "endpoint", "access_key_id", "access_key_secret"),
    ("s3", "token"): ("bucketnames", "role_arn"),
    ("s3", "token-cco"): ("bucketnames", "region"),
    ("gcs", STATIC): ("bucketname", "key.json"),
    ("azure", STATIC): ("environment", "container", "account_name", "account_key"),
    ("swift", STATIC): (
        *("auth_url", "username", "user_domain_name", "user_domain_id", "user_id", "password"),
        *("domain_id", "domain_name", "container_name"),
    ),
    ("alibabacloud", STATIC): ("endpoint", "bucket", "access_key_id", "secret_access_key"),
}
OPEN_THE_BUCKET = ("compactor", "index-gateway")
"""Components that look into the bucket before they serve."""

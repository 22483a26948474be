"""`make images`: every image, its digest if a registry has told one, and maps for mirrors."""

from __future__ import annotations

import re

import pytest
import requests
import yaml

from kit.__main__ import main
from kit.errors import InfrastructureError
from kit.images import images, listed, mirror_map, mirror_sets, needed_images, with_digests
from kit.install.versions import versions
from kit.mirror import image
from kit.registry import digest, digests

DIGEST = "sha256:" + "b" * 64
LOKI = image("docker.io/grafana/loki:3.5.5")
URL = "https://registry-1.docker.io/v2/grafana/loki/manifests/3.5.5"


def test_every_image_of_a_run_and_of_an_installation_is_listed():
    by = {each.by for each in needed_images()}
    assert by == {"scenarios", "installing", "installing off OpenShift", "kind"}
    references = {str(each.image) for each in needed_images()}
    assert {*images()} <= references
    for name, value in versions().items():
        if name.endswith(("-image", "-images")):
            assert {str(image(text)) for text in value.split()} <= references


def test_every_image_has_a_tag_or_a_digest():
    for each in needed_images():
        assert each.image.tag not in ("latest", "")


def test_what_has_no_digest_says_so():
    lines = listed(needed_images()).splitlines()
    assert lines
    for line in lines:
        assert ("@sha256:" in line) is not ("no digest: --resolve asks its registry" in line)
    known = with_digests(needed_images(), {str(each.image): DIGEST for each in needed_images()})
    assert "no digest" not in listed(known)


def test_a_map_has_two_columns_and_pushes_by_tag():
    lines = mirror_map(needed_images(), "mirror.example.com/lab").splitlines()
    assert len(lines) == len(needed_images())
    for line in lines:
        source, _, destination = line.partition("=")
        assert image(source).repository in destination
        assert re.fullmatch(r"mirror\.example\.com/lab/[\w./-]+:[\w.-]+", destination)


def test_the_mirror_sets_are_of_openshift():
    sets = list(yaml.safe_load_all(mirror_sets(needed_images(), "mirror.example.com/lab")))
    assert [each["kind"] for each in sets] == ["ImageDigestMirrorSet", "ImageTagMirrorSet"]
    first = sets[0]["spec"]["imageDigestMirrors"]
    assert {"source": "quay.io/minio/minio", "mirrors": ["mirror.example.com/lab/minio/minio"]} in (
        first
    )
    assert sets[1]["spec"]["imageTagMirrors"] == first


def test_a_registry_is_asked_with_an_anonymous_token(requests_mock):
    challenge = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"'
    requests_mock.head(URL, [
        {"status_code": 401, "headers": {"WWW-Authenticate": challenge}},
        {"status_code": 200, "headers": {"Docker-Content-Digest": DIGEST}},
    ])  # fmt: skip
    token = requests_mock.get("https://auth.docker.io/token", json={"token": "abc"})
    assert digests([LOKI]) == {"docker.io/grafana/loki:3.5.5": DIGEST}
    assert token.last_request.qs["scope"] == ["repository:grafana/loki:pull"]
    assert requests_mock.last_request.headers["Authorization"] == "Bearer abc"


def test_a_digest_that_is_known_is_not_asked_for(requests_mock):
    assert digests([image(f"quay.io/a/b:1@{DIGEST}")]) == {}
    assert requests_mock.call_count == 0


@pytest.mark.parametrize(
    "answer, told",
    [
        ({"status_code": 404}, "does not tell the digest of docker.io/grafana/loki:3.5.5"),
        ({"status_code": 200, "headers": {"Docker-Content-Digest": "nonsense"}}, "status 200"),
        ({"status_code": 401}, "status 401"),
        ({"exc": requests.ConnectTimeout}, r"cannot be asked \(ConnectTimeout\): run this where"),
    ],
)
def test_a_registry_that_does_not_tell_is_named(requests_mock, answer, told):
    requests_mock.head(URL, **answer)
    with requests.Session() as session, pytest.raises(InfrastructureError, match=told):
        digest(session, LOKI)


def test_the_command_prints_them(capsys):
    assert main(["images", "--format", "map", "--registry", "mirror.example.com"]) == 0
    assert "quay.io/minio/minio:" in capsys.readouterr().out
    assert main(["images", "--registry", "https://x"]) == 4
    assert "--registry wants HOST" in capsys.readouterr().err

"""`make images`: every image, its digest if a registry has told one, and maps for mirrors."""

from __future__ import annotations

import re

import pytest
import requests
import yaml
from requests_mock import ANY

from kit import installer
from kit.__main__ import main
from kit.digests import Told, known, write
from kit.errors import InfrastructureError, UsageError
from kit.images import (
    image_set,
    images,
    listed,
    mirror_map,
    mirror_sets,
    needed_images,
    with_digests,
)
from kit.install.versions import INSTALL, versions
from kit.kustomize import built
from kit.mirror import image
from kit.registry import digest, digests

DIGEST = "sha256:" + "b" * 64
LOKI = image("docker.io/grafana/loki:3.5.5")
URL = "https://registry-1.docker.io/v2/grafana/loki/manifests/3.5.5"


def test_every_image_of_a_run_and_of_an_installation_is_listed():
    by = {each.by for each in needed_images()}
    assert by == {"scenarios", "the nightly", "installing", "installing off OpenShift", "kind"}
    references = {str(each.image) for each in needed_images()}
    assert {*images()} <= references
    for name, value in versions().items():
        if name.endswith(("-image", "-images")) and name != "catalogue-image":
            assert {str(image(text)) for text in value.split()} <= references


def test_every_image_has_a_tag_or_a_digest():
    for each in needed_images():
        assert each.image.tag not in ("latest", "")


def test_what_has_no_digest_says_so():
    lines = [line for line in listed(needed_images()).splitlines() if line[0] != "#"]
    assert len(lines) == len(needed_images())
    for line in lines:
        assert ("@sha256:" in line) is not ("no digest is known: --resolve asks" in line)
    known = with_digests(needed_images(), {str(each.image): DIGEST for each in needed_images()})
    assert "no digest" not in listed(known)


def test_what_is_not_listed_is_named():
    told = listed(needed_images())
    for name in ("flow-conformance:latest", "oc-mirror", "--format charts"):
        assert name in told


def test_a_set_for_oc_mirror_has_the_operators_by_their_catalogue():
    found = yaml.safe_load(image_set(needed_images()))
    (operators,) = found["mirror"]["operators"]
    assert re.fullmatch(r"registry\.redhat\.io/.+-operator-index:v4\.\d+", operators["catalog"])
    names = {each["name"]: each["channels"][0]["name"] for each in operators["packages"]}
    subscriptions = [
        obj["spec"]
        for folder in ("loki-operator", "netobserv-operator")
        for obj in built(INSTALL / folder)
        if obj["kind"] == "Subscription"
    ]
    assert names == {spec["name"]: spec["channel"] for spec in subscriptions}
    rest = {each["name"] for each in found["mirror"]["additionalImages"]}
    assert rest == {str(each.image) for each in needed_images()}


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
    assert digests([LOKI]) == ({"docker.io/grafana/loki:3.5.5": DIGEST}, [])
    assert token.last_request.qs["scope"] == ["repository:grafana/loki:pull"]
    assert requests_mock.last_request.headers["Authorization"] == "Bearer abc"


def test_a_digest_that_is_known_is_not_asked_for(requests_mock):
    assert digests([image(f"quay.io/a/b:1@{DIGEST}")]) == ({}, [])
    assert requests_mock.call_count == 0


def test_a_registry_that_is_not_reached_is_asked_once(requests_mock):
    other = image("docker.io/apache/kafka:4.1.0")
    requests_mock.head(ANY, exc=requests.ConnectTimeout)
    found, refused = digests([LOKI, other])
    assert found == {}
    assert [each.split(" (")[0] for each in refused] == ["the registry docker.io cannot be asked"]
    assert requests_mock.call_count == 1


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


def test_the_file_of_digests_is_about_images_that_are_listed():
    references = {str(each.image) for each in needed_images()}
    assert known().keys() <= references
    for told in known().values():
        assert re.search(r"\d{4}-\d{2}-\d{2}", told.by)


@pytest.mark.parametrize(
    "text, told",
    [
        ("[1, 2]", "cannot be read"),
        ("a: {digest: sha256:short, by: me}", "has no digest for a"),
        ("a: {digest: x", "cannot be read"),
        ("a: 3", "cannot be read"),
    ],
)
def test_a_file_of_digests_that_says_something_else_is_refused(tmp_path, text, told):
    (tmp_path / "digests.yaml").write_text(text)
    with pytest.raises(UsageError, match=told):
        known(tmp_path / "digests.yaml")


def test_what_registries_tell_is_kept_and_what_has_moved_is_named(
    requests_mock, monkeypatch, tmp_path, capsys
):
    file, old = tmp_path / "digests.yaml", "sha256:" + "c" * 64
    write({str(LOKI): Told(old, "me, 2020-01-01")}, [str(LOKI)], file)
    monkeypatch.setattr(installer, "known", lambda: known(file))
    monkeypatch.setattr(installer, "write", lambda told, wanted: write(told, wanted, file))
    requests_mock.head(ANY, headers={"Docker-Content-Digest": DIGEST})
    assert main(["images", "--resolve"]) == 0
    out = capsys.readouterr()
    assert "no digest" not in out.out
    assert f"{LOKI} is {DIGEST}, and was {old} (me, 2020-01-01): its tag has moved" in out.err
    assert known(file)[str(LOKI)].digest == DIGEST
    assert known(file)[str(LOKI)].by.startswith("docker.io, 20")
    requests_mock.head(ANY, status_code=404)
    before = file.read_text()
    assert main(["images", "--resolve"]) == 10
    assert "does not tell the digest of" in capsys.readouterr().err
    assert file.read_text() == before

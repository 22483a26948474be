"""IPsec on kind: the nodes' requests are signed by one authority, once, and by nobody else's."""

from __future__ import annotations

import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from kit.kind import KindWishes, ipsec
from kit.kind.bringing import KindCluster, NotUp
from kit.kind.ipsec import SIGNER
from selftest.kind_stage import Stage
from selftest.simulated_cluster import kubeconfig

__all__ = ["kubeconfig"]

KEY = rsa.generate_private_key(65537, 2048)


def request(node: str, signer: str = SIGNER) -> dict:
    """As the pods' openssl writes it: the request in words first, then in PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, node)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(node)]), False)
    pem = builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    text = base64.b64encode(b"Certificate Request:\n    Data:\n" + pem).decode()
    return {"metadata": {"name": node}, "spec": {"request": text, "signerName": signer}}


@pytest.fixture
def stage(tmp_path, kubeconfig):
    found = Stage(tmp_path, kubeconfig)
    found.wishes = KindWishes("lab", folder=tmp_path / "kind", ipsec=True)
    found.wishes.directory.mkdir(parents=True)
    return found


def brought(stage) -> None:

    ipsec.Ipsec(KindCluster(stage.programs, stage.wishes, print)._nodes()).bring()


def issued(stage) -> dict[str, x509.Certificate]:
    return {
        each["metadata"]["name"]: x509.load_pem_x509_certificate(
            base64.b64decode(each["status"]["certificate"])
        )
        for each in stage.world["requests"]
        if "certificate" in each.get("status", {})
    }


def test_every_node_gets_a_certificate_of_the_authority_that_all_are_given(stage):
    stage.has(requests=[request("node-1"), request("node-2")])
    brought(stage)
    given = stage.world["applied"]
    assert (given["metadata"]["name"], given["metadata"]["namespace"]) == (
        *("signer-ca", "ovn-kubernetes"),
    )
    authority = x509.load_pem_x509_certificate(given["data"]["ca-bundle.crt"].encode())
    found = issued(stage)
    assert sorted(found) == ["node-1", "node-2"]
    for node, certificate in found.items():
        certificate.verify_directly_issued_by(authority)
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        assert names.value.get_values_for_type(x509.DNSName) == [node]
        assert certificate.public_key() == KEY.public_key()


def test_requests_of_others_are_left_alone(stage):
    stage.has(requests=[request("node-1"), request("kubelet", "kubernetes.io/kubelet-serving")])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ipsec, "ROUNDS", 2)
        with pytest.raises(Exception, match="do not become ready"):
            brought(stage)
    assert sorted(issued(stage)) == ["node-1"]


def test_a_second_go_keeps_the_authority_and_signs_nothing_again(stage):
    stage.has(requests=[request("node-1")])
    brought(stage)
    first, given = issued(stage), stage.world["applied"]
    brought(stage)
    assert issued(stage) == first
    assert stage.world["applied"] == given
    assert len(stage.called("kubectl replace")) == 1
    assert (stage.wishes.directory / "ipsec.pem").stat().st_mode & 0o777 == 0o600


def test_pods_that_never_become_ready_say_what_the_kernel_may_lack(stage, monkeypatch):
    monkeypatch.setattr(ipsec, "ROUNDS", 2)
    stage.breaks("kubectl rollout status daemonset/ovn-ipsec", "error: timed out")
    with pytest.raises(NotUp, match=r"IPsec could not be .*modprobe esp4.*leave --ipsec out") as no:
        stage.up()
    assert "On this machine is now: kind cluster lab" in str(no.value)
    assert not stage.called("docker run")


def test_the_chart_is_told_and_packets_are_made_smaller(stage, monkeypatch):
    monkeypatch.setattr(ipsec, "ROUNDS", 1)
    stage.breaks("kubectl rollout status daemonset/ovn-ipsec", "error: timed out")
    with pytest.raises(NotUp):
        stage.up()
    (helm,) = stage.called("helm upgrade")
    for switch in ("global.enableIpsec=true", "tags.ovn-ipsec=true", "mtu=1354"):
        assert f"--set {switch}" in helm

"""IPsec between the nodes of a kind cluster: an authority of ours signs what their pods ask for.

On OpenShift the network operator signs; on kind nobody does. Source: ovn-kubernetes, helm chart
ovn-ipsec (signer, ConfigMap signer-ca) and contrib/kind-common.sh, install_ipsec.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from kit.kind.nodes import Nodes
from kit.programs import Failed

SPACE, DAEMONSET, CONFIG_MAP = "ovn-kubernetes", "ovn-ipsec", "signer-ca"
SIGNER = "network.openshift.io/signer"
REQUESTS = "certificatesigningrequests"
STATUS = "/apis/certificates.k8s.io/v1/" + REQUESTS + "/{name}/status"
ROUNDS, ROUND = 60, 5
"""How often unsigned requests are looked for, and for how many seconds each look waits."""
YEARS = timedelta(days=3650)
MTU = 1354
"""Of pods: what the chart's values say, less the 46 bytes that ESP adds to a packet."""
BEGIN = b"-----BEGIN"
BITS = 3072
"""RSA, as upstream's own authority: what libreswan is tried with."""


@dataclass
class Ipsec:
    nodes: Nodes

    def bring(self) -> None:
        """Until the DaemonSet is ready on every node; Failed names what the host may lack."""
        key, authority = self._authority()
        data = {"ca-bundle.crt": authority.public_bytes(serialization.Encoding.PEM).decode()}
        metadata = {"name": CONFIG_MAP, "namespace": SPACE}
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
        self.nodes.kubectl("apply", "--filename", "-", given=json.dumps(body))
        where = ("--namespace", SPACE, f"--timeout={ROUND}s")
        for _ in range(ROUNDS):
            self._sign(key, authority)
            ran = self.nodes.kubectl(
                "rollout", "status", f"daemonset/{DAEMONSET}", *where, check=False
            )
            if ran.code == 0:
                return
        raise Failed(
            f"the pods of {DAEMONSET} do not become ready ({ran.said}): this machine's kernel has "
            "to have ESP (`modprobe esp4`); leave --ipsec out to go without it",
            ran,
        )

    def _sign(self, key: rsa.RSAPrivateKey, authority: x509.Certificate) -> None:
        """Requests for this signer that nobody has answered yet."""
        found = self.nodes.kubectl("get", REQUESTS, "--output", "json").json()
        for request in found.get("items", ()):
            ours = request["spec"].get("signerName") == SIGNER
            if not ours or request.get("status", {}).get("certificate"):
                continue
            text = base64.b64encode(signed(request, key, authority)).decode()
            answered = {**request, "status": {**request.get("status", {}), "certificate": text}}
            where = STATUS.format(name=request["metadata"]["name"])
            self.nodes.kubectl(
                "replace", "--raw", where, "--filename", "-", given=json.dumps(answered)
            )

    def _authority(self) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
        """Kept with the cluster: a second go must not ask all nodes to believe another."""
        file: Path = self.nodes.wishes.directory / "ipsec.pem"
        if not file.exists():
            key = rsa.generate_private_key(65537, BITS)
            private = key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            made = _made(key, self.nodes.wishes.name)
            file.touch(mode=0o600)
            file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
        held = file.read_bytes()
        found = serialization.load_pem_private_key(held, None)
        assert isinstance(found, rsa.RSAPrivateKey)
        return found, x509.load_pem_x509_certificate(held)


def signed(
    request: Mapping[str, Any], key: rsa.RSAPrivateKey, authority: x509.Certificate
) -> bytes:
    """A certificate in PEM with the request's own subject and names, which OVN compares."""
    asked = base64.b64decode(request["spec"]["request"])
    wanted = x509.load_pem_x509_csr(asked[asked.index(BEGIN) :])
    builder = _builder(wanted.subject, authority.subject).public_key(wanted.public_key())
    for extension in wanted.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    made = builder.sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM)


def _made(key: rsa.RSAPrivateKey, cluster: str) -> x509.Certificate:
    """An authority that vouches for itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"IPsec of kind cluster {cluster}")])
    builder = _builder(name, name).public_key(key.public_key())
    limits = x509.BasicConstraints(ca=True, path_length=0)
    return builder.add_extension(limits, critical=True).sign(key, hashes.SHA256())


def _builder(subject: x509.Name, issuer: x509.Name) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(minutes=5)).not_valid_after(now + YEARS)

"""An installation that cannot succeed names its cause, the next thing to try, and what is left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.install_faults import INSTALL_FAULTS
from kit import wait
from kit.install import Wishes
from kit.install.causes import causes, lives
from kit.install.installing import NotInstalled
from kit.install.plan import WORKLOAD
from selftest.installing_stage import OUTSIDE, SPEED, empty_cluster

NAMED = {
    "catalogue-unhealthy": (
        "the Loki Operator could not be installed",
        "targeted catalogsource openshift-marketplace/redhat-operators unhealthy",
        "next, see why the CatalogSource in openshift-marketplace is not READY",
    ),
    "bundle-never-unpacked": (
        "BundleUnpackFailed (bundle unpacking failed. Reason: DeadlineExceeded",
        "next, see that the cluster can pull the bundle's image",
    ),
    "operator-never-ready": (
        "not within 900 s; ClusterServiceVersion loki-operator.v6.4.1 is Installing",
        "cannot be created (container create failed: cgroup",
        "next, look at `kubectl describe pod -n openshift-operators-redhat loki-operator-",
    ),
    "operator-image-refused": (
        "the image registry.redhat.io/openshift-logging/loki-rhel9-operator:v6.4.1 cannot be",
        "unauthorized: access to the requested resource is not authorized",
        "give the namespace openshift-operators-redhat a pull secret",
    ),
    "object-store-image-refused": (
        "the object store could not be installed",
        "the image quay.io/minio/minio:",
        "say --registry HOST/PATH",
    ),
    "loki-image-refused": (
        "the LokiStack could not be installed",
        "the image registry.redhat.io/openshift-logging/logging-loki-rhel9:",
        "give the namespace netobserv a pull secret",
    ),
    "bucket-missing": (
        "does not have the bucket that Loki is to use (NoSuchBucket, in the logs of netobserv)",
        "next, create the bucket",
    ),
    "keys-refused": ("does not know the access key that Loki was given (InvalidAccessKeyId",),
    "public-registries-unreachable": (
        "the image quay.io/minio/minio:",
        "mirror it (`make images`) and say --registry HOST/PATH",
    ),
    "volumes-never-bound": (
        "storage class standard-csi does not provide the volumes of netobserv",
        "choose a storage class whose provisioner works with --storage-class",
    ),
}
LEFT = (
    "On the cluster is now, of ours: Namespace netobserv-object-store, ",
    "Install again to continue from there, or `make uninstall` takes it away",
)


def test_every_fault_has_its_words():
    assert {fault.name for fault in INSTALL_FAULTS} == NAMED.keys()


@pytest.mark.parametrize("fault", NAMED)
def test_the_cause_is_named(tmp_path, monkeypatch, fault):
    if fault == "operator-never-ready":  # the one that ends at its deadline and not before
        monkeypatch.setattr(wait, "GRACE_OF_A_FAST_CLOCK", 0.5)
    with empty_cluster(tmp_path, fault) as scene:
        before = scene.everything()
        with pytest.raises(NotInstalled) as refused:
            scene.install()
        for words in (*NAMED[fault], *LEFT):
            assert words in str(refused.value)
        scene.uninstall()
        assert scene.everything() == before


@pytest.mark.parametrize(
    "store, words",
    [
        (replace(OUTSIDE, key_id="nobody"), "InvalidAccessKeyId"),
        (replace(OUTSIDE, key_secret="guessed"), "SignatureDoesNotMatch"),
        (replace(OUTSIDE, bucket="elsewhere"), "NoSuchBucket"),
        (replace(OUTSIDE, endpoint="https://s4.example.com"), "cannot resolve the name"),
    ],
)
def test_a_store_that_will_not_have_loki_is_named(tmp_path, store, words):
    with empty_cluster(tmp_path) as scene:
        with pytest.raises(NotInstalled, match=words) as refused:
            scene.install(Wishes(object_store=store))
        assert store.key_secret not in str(refused.value)
        assert store.key_id not in str(refused.value) or store.key_id == "conformance"


class Crashing:
    """A pod of Loki that has been started again some times."""

    restarts = 3

    def list(self, _api, kind, _namespace, **_fields):
        state = {"name": "loki", "image": "loki:3", "restartCount": self.restarts}
        metadata = {"name": "compactor-0", "namespace": "netobserv", "uid": "u"}
        pod = {"metadata": metadata, "status": {"containerStatuses": [state]}}
        return [pod] if kind == "Pod" else []

    def logs(self, _namespace, _pod, _container):
        return "init store: NoSuchBucket: The specified bucket does not exist"

    def serves(self, _api, _kind):
        return False


def test_old_logs_are_no_cause_of_a_new_attempt():
    cluster, spaces = Crashing(), ("netobserv",)
    before = lives(cluster, spaces)
    assert before == {("u", "loki"): 3}
    assert [cause.what for cause in causes(cluster, spaces)]
    assert causes(cluster, spaces, before) == []
    cluster.restarts = 4
    assert "NoSuchBucket" in causes(cluster, spaces, before)[0].what


def test_a_wait_that_cannot_help_is_cut_short(tmp_path):
    with empty_cluster(tmp_path, "object-store-image-refused") as scene:
        began = scene.simulation.parts.clock.now()
        with pytest.raises(NotInstalled, match="and waiting would not help"):
            scene.install()
        # Else it would have lasted until the stage's deadline, which a fast clock stretches.
        whole = WORKLOAD + wait.GRACE_OF_A_FAST_CLOCK * SPEED
        assert scene.simulation.parts.clock.now() - began < whole / 2

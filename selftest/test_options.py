"""The command line: what is refused, in one sentence; and what a run is told."""

from __future__ import annotations

import pytest

from fixtures.options import OPTIONS

pytest_plugins = ["sample_suite"]


@pytest.mark.parametrize(
    "arguments, told",
    [
        (
            "--fault firewal-allows",
            "unknown fault 'firewal-allows'; the nearest known word is 'firewall-allows-all'",
        ),
        ("--target knd", "--target 'knd' is unknown; the nearest known word is 'kind'"),
        ("--kubeconfig=/nowhere", "--kubeconfig names no file: /nowhere"),
        ("--target simulated --kubeconfig=/x", "*contradict each other: drop one"),
        ("--target kind --kubeconfig=/x", "--target kind and --kubeconfig contradict *: drop one"),
        ("--target kind --fault keys-refused", "--fault belongs to the simulated *"),
        ("--target kind --context dev", "--context belongs to a live cluster: *"),
        ("--context dev", "--context belongs to a live cluster: *"),
        ("--pace slow", "--pace 'slow' is unknown; known are fast, real"),
        ("--seed one", "--seed wants a whole number, not 'one'"),
        ("--patience 0", "--patience wants a positive number, not '0'"),
        ("--patience nan", "--patience wants a positive number, not 'nan'"),
        (
            "--require DNSTrackin",
            "unknown feature 'DNSTrackin'; the nearest known word is 'DNSTracking'",
        ),
        ("--echo echo.example.com", "--echo wants http://ADDRESS:PORT of a host off the *"),
        ("--egress-ip ten", "--egress-ip wants an address, not 'ten'"),
        ("--loki-url loki:3100", "--loki-url must begin with http:// or https://"),
        ("--kubeconfig=/x --fault firewall-allows-all", "--fault belongs to the simulated *"),
        ("--release 4.21", "--release wants an OpenShift release such as 4.21.4, not '4.21'"),
        ("--kubeconfig=/x --release 4.21.4", "--release belongs to the simulated *"),
        ("--kubeconfig=/x --seed 0", "--seed belongs to the simulated *"),
        ("--target live --pace real", "--pace belongs to the simulated *"),
        ("--target live", "KUBECONFIG names no file: /ambient"),
    ],
)
def test_nonsense_is_refused_in_one_sentence(sample, monkeypatch, arguments, told):
    monkeypatch.setenv("KUBECONFIG", "/ambient")
    sample.scenario("Then all is well")
    result = sample.run(*arguments.split())
    assert result.ret == 4
    said = [line for line in result.stderr.lines if line]
    assert len(said) == 1, said
    result.stderr.fnmatch_lines([f"ERROR: {told}"])


def read(sample, *arguments: str):
    return sample.pytester.parseconfigure(*arguments).stash[OPTIONS]


def test_the_ambient_kubeconfig_is_ignored(sample, monkeypatch):
    monkeypatch.setenv("KUBECONFIG", "/ambient")
    options = read(sample)
    assert (options.target, options.kubeconfig) == ("simulated", None)
    assert (options.pace, options.seed, options.patience) == ("fast", 1, 1.0)


def test_everything_asked_for_arrives(sample):
    asked = "--fault firewall-allows-all --pace real --seed 7 --patience 2.5 --keep"
    asked += " --echo http://192.0.2.1:80 --egress-ip 10.0.0.7"
    options = read(sample, *asked.split(), "--require", "FlowRTT", "--require", "ipsec")
    assert options.faults == ("firewall-allows-all",)
    assert (options.pace, options.seed, options.patience) == ("real", 7, 2.5)
    assert options.keep
    assert (options.echo, options.egress_ip) == ("http://192.0.2.1:80", "10.0.0.7")
    assert options.require == ("round_trip_times", "needs.ipsec")

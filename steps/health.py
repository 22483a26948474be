"""When the parts of the pipeline are asked; Then each of them is in order."""

from __future__ import annotations

from datetime import UTC, datetime

from pytest_bdd import given, then, when

from catalog.pipeline import PROCESSED, WRITTEN
from kit import evidence
from kit.conditions import no_error, no_issue, waited_for
from kit.health import alerts, own_loki
from kit.health.agents import on_every_node, run_settings
from kit.health.counters import row
from kit.health.words import metric_row
from kit.patience import STATUS_FOLLOWS, WORKLOAD_READY
from kit.verdict import Unmet
from steps.words import phrase


def _rows(read, **how):
    """Mark a step whose table's rows are read at collection."""

    def check(_arguments, table, _docstring):
        if not table:
            raise ValueError("the table is empty: nothing would be claimed")
        for cells in table:
            read(cells, **how)

    def mark(step):
        vars(step)["__check__"] = check
        return step

    return mark


@when("the status of the FlowCollector is read", target_fixture="judged_status")
def status_is_read(collector, waiting):
    evidence.attach("FlowCollector status", collector.read().get("status", {}), "json")

    def judged(judge, what):
        waiting.eventually(collector.read, judge, within=STATUS_FOLLOWS, what=what)

    return judged


@then("no condition tells of a part that is waited for")
def no_part_is_waited_for(judged_status):
    judged_status(waited_for, "no part of the operator is waited for")


@then("no condition tells of an issue with Loki")
def no_issue_with_loki(judged_status):
    judged_status(lambda found: no_issue(found, "LokiIssue"), "there is no issue with Loki")


@then("no condition tells of an error in its configuration")
def no_error_in_it(judged_status):
    judged_status(no_error, "the configuration has no error")


@then("what the conditions warn of is reported, not judged")
def warnings_are_reported(collector, health):
    health.report_warnings(collector.read())


@when("the parts of the pipeline are listed", target_fixture="judged_parts")
def parts_are_listed(health, waiting):
    """Asked anew until they are in order: another scenario may just have replaced some."""
    health.attach_parts()

    def judged(look, judge, what):
        waiting.eventually(look, judge, within=WORKLOAD_READY, what=what)

    return judged


@then("every node has an agent that is ready")
def every_node_has_one(health, cluster, judged_parts):
    def judge(agents):
        return on_every_node(agents, cluster.list("v1", "Node"))

    judged_parts(lambda: health.parts().agent(), judge, "every node has a ready agent")


@then("the environment of each running agent is what the FlowCollector asks for")
def runs_what_is_asked_for(health, collector, judged_parts):
    def judge(agents):
        return run_settings(agents, collector.read())

    judged_parts(lambda: health.parts().agent(), judge, "each agent runs the FlowCollector's spec")


@then("every replica of flowlogs-pipeline is ready")
def pipeline_is_ready(health, judged_parts):
    judged_parts(
        lambda: health.parts().pipeline(), lambda p: p.rolled_out(), "flowlogs-pipeline is ready"
    )


@then("every replica of the console plugin is ready")
def plugin_is_ready(health, judged_parts):
    judged_parts(
        lambda: health.parts().plugin(), lambda p: p.rolled_out(), "the console plugin is ready"
    )


@then("the pods of each part run one image")
def one_image_each(health, judged_parts):
    judged_parts(health.parts, lambda parts: parts.one_image_each(), "each part runs one image")


@then("versions and images are reported, not judged")
def versions_are_reported(health):
    health.report_versions()


@when("a client on each node sends as much as the sampling needs", target_fixture="before")
def a_client_on_each_node(unchanged, health, collector):
    before = health.counters("agent")
    health.send_from_each_node(collector.pipeline().sampling)
    return before


@then("every agent has captured flows since")
def every_agent_captures(health, before):
    health.await_captures(before)


@when("Loki is asked about itself")
def loki_is_asked(loki):
    """What it answers is judged below; nothing but its schemas is kept of its configuration."""
    evidence.attach("schemas of Loki", own_loki.schemas(loki), "json")


@then("Loki says that it is ready")
def loki_says_so(loki, waiting):
    waiting.eventually(
        lambda: loki, own_loki.ready, within=STATUS_FOLLOWS, what="Loki says that it is ready"
    )


@then(phrase('Loki writes in schema "{schema}"'))
def loki_writes_in(loki, schema):
    _met(own_loki.writes(own_loki.schemas(loki), schema, datetime.now(UTC).date()))


@given("the counters of the pipeline have been read", target_fixture="before")
def counters_have_been_read(health):
    return health.both_counters()


@then("the counters have grown by at least")
@_rows(row, amount=True)
def counters_have_grown(health, before, datatable):
    health.await_growth([row(cells, amount=True) for cells in datatable], before)


@then("no counter of losses has grown")
@_rows(row, amount=False)
def no_losses(health, before, datatable):
    health.no_losses([row(cells, amount=False) for cells in datatable], before)


@when(
    phrase(
        "clients request the web service while the counters are watched for {rounds:d} evictions"
    ),
    target_fixture="balance",
)
def watched(health, rounds):
    return health.watched(rounds)


@then(phrase("flowlogs-pipeline has processed what agents evicted but for at most {percent:d} %"))
def processed_it(health, balance, percent):
    health.await_conserved(balance, PROCESSED, percent)


@then(phrase("flowlogs-pipeline has written what agents evicted but for at most {percent:d} %"))
def written_it(health, balance, percent):
    health.await_conserved(balance, WRITTEN, percent)


@then("Prometheus scrapes each of their pods")
def prometheus_scrapes(health, prometheus):
    health.await_scrapes(prometheus)


@when(
    phrase("clients of a namespace of their own request the web service {times:d} times"),
    target_fixture="compared",
)
def clients_of_their_own(health, prometheus, loki, new_namespace, times):
    return health.own_traffic(prometheus, loki, new_namespace("metrics"), times)


@then(phrase("their flow metrics and their flows in Loki are within {percent:d} %"))
@_rows(metric_row)
def they_agree(health, compared, percent, datatable):
    health.await_agreement(compared, [metric_row(cells) for cells in datatable], percent)


@when("the alert rules of the pipeline are listed", target_fixture="rules")
def rules_are_listed(cluster, collector):
    found = alerts.rules(cluster, collector.read())
    evidence.attach("alert rules", found, "json")
    return found


@then("these alerts are among them")
@_rows(alerts.row)
def alerts_are_there(collector, rules, datatable):
    wanted = [alerts.row(cells) for cells in datatable]
    _met(alerts.judged(wanted, rules, alerts.disabled(collector.read())))


def _met(verdict):
    if not verdict.met:
        raise Unmet(verdict.because, verdict.detail)
    evidence.fact("because", verdict.because)

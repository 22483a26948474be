"""Commands beside the test run: `python -m kit restore|cleanup|install|kind-up|images|...`, each
with --help.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from kit import egress_ip, installer
from kit.borrowing import give_back
from kit.cleanup import Which, clean_up
from kit.cluster import Cluster
from kit.errors import InfrastructureError, UsageError
from kit.kubeconfig import load
from kit.learning import learn
from kit.restoring import refuse_at_work
from kit.verdict import Unmet
from kit.wait import Waiting

USAGE, INFRASTRUCTURE, LEFT_OVERS, INTERRUPTED = 4, 10, 11, 130
AGAIN = "run the same command again to continue"


def main(arguments: list[str]) -> int:
    asked = _parser().parse_args(arguments)
    try:
        with _ended_in_order():
            said = asked.run(asked)
    except KeyboardInterrupt:
        left = getattr(asked, "left", lambda _asked: AGAIN)
        return _refuse(f"interrupted: {left(asked)}", INTERRUPTED)
    except UsageError as error:
        return _refuse(str(error), USAGE)
    except InfrastructureError as error:
        return _refuse(str(error), INFRASTRUCTURE)
    except Unmet as error:
        return _refuse(str(error), LEFT_OVERS)
    sys.stdout.write(f"{said}\n")
    return 0


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """SIGTERM is taken like Ctrl-C: whoever ends the command is told what there is by then."""

    def end(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def restore(asked: argparse.Namespace) -> str:
    cluster = _cluster(asked)
    if not asked.force:
        refuse_at_work(cluster, Waiting(), sys.stderr.write)
    addresses = egress_ip.give_back(cluster)
    return "\n".join(filter(None, (give_back(cluster), addresses)))


def cleanup(asked: argparse.Namespace) -> str:
    cluster = _cluster(asked)
    waiting = Waiting(speed=cluster.target.speed)
    which = Which(asked.run_id or "", asked.expired, asked.all)
    return "\n".join(clean_up(cluster, waiting, which, datetime.now(UTC)))


def learn_budgets(asked: argparse.Namespace) -> str:
    headroom = asked.headroom / 100
    return learn(Path(asked.history), Path(asked.output), headroom, asked.cluster)


def _cluster(asked: argparse.Namespace) -> Cluster:
    cluster = Cluster(load(Path(asked.kubeconfig), asked.context))
    cluster.connect()
    return cluster


def _refuse(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]  # argparse exits with 2
        self.exit(USAGE, f"{message}; see python -m kit --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m kit", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    give = commands.add_parser("restore", help="bring back a FlowCollector that a run has borrowed")
    give.add_argument("--force", action="store_true", help="even from a run that is at work")
    give.set_defaults(run=restore)
    tidy = commands.add_parser("cleanup", help="remove what runs that have ended left behind")
    which = tidy.add_mutually_exclusive_group()
    which.add_argument("--run", dest="run_id", metavar="ID", help="what this run has made")
    which.add_argument("--expired", action="store_true", help="only what is past its time")
    which.add_argument("--all", action="store_true", help="also what was kept with --keep")
    tidy.set_defaults(run=cleanup)
    for command in (give, tidy):
        command.add_argument("--kubeconfig", required=True, metavar="FILE")
        command.add_argument("--context", metavar="NAME")
    learns = commands.add_parser("budget-learn", help="write budgets learned from earlier runs")
    learns.add_argument("--history", default="history/costs.jsonl", metavar="FILE")
    learns.add_argument("--output", default="budgets.learned.yaml", metavar="FILE")
    learns.add_argument("--headroom", type=float, default=50.0, metavar="PERCENT")
    learns.add_argument("--cluster", default="", metavar="UID")
    learns.set_defaults(run=learn_budgets)
    installer.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

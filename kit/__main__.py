"""Commands beside the test run: `python -m kit restore|images|budget-learn`, each with --help."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kit import egress_ip
from kit.borrowing import give_back
from kit.cluster import Cluster
from kit.errors import InfrastructureError, UsageError
from kit.images import images
from kit.kubeconfig import load
from kit.learning import learn

USAGE, INFRASTRUCTURE = 4, 10


def main(arguments: list[str]) -> int:
    asked = _parser().parse_args(arguments)
    try:
        said = asked.run(asked)
    except UsageError as error:
        return _refuse(str(error), USAGE)
    except InfrastructureError as error:
        return _refuse(str(error), INFRASTRUCTURE)
    sys.stdout.write(f"{said}\n")
    return 0


def restore(asked: argparse.Namespace) -> str:
    cluster = Cluster(load(Path(asked.kubeconfig), asked.context), "restore")
    cluster.connect()
    addresses = egress_ip.give_back(cluster)
    return "\n".join(filter(None, (give_back(cluster), addresses)))


def list_images(_asked: argparse.Namespace) -> str:
    return "\n".join(images())


def learn_budgets(asked: argparse.Namespace) -> str:
    headroom = asked.headroom / 100
    return learn(Path(asked.history), Path(asked.output), headroom, asked.cluster)


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
    give.add_argument("--kubeconfig", required=True, metavar="FILE")
    give.add_argument("--context", metavar="NAME")
    give.set_defaults(run=restore)
    every = commands.add_parser("images", help="print every image to mirror")
    every.set_defaults(run=list_images)
    learns = commands.add_parser("budget-learn", help="write budgets learned from earlier runs")
    learns.add_argument("--history", default="history/costs.jsonl", metavar="FILE")
    learns.add_argument("--output", default="budgets.learned.yaml", metavar="FILE")
    learns.add_argument("--headroom", type=float, default=50.0, metavar="PERCENT")
    learns.add_argument("--cluster", default="", metavar="UID")
    learns.set_defaults(run=learn_budgets)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

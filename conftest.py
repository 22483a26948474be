"""The list of plugins, in the order in which they listen. Every module of steps/ has phrases."""

from pathlib import Path

NOT_PHRASES = ("__init__", "words")
FIXTURES = (
    *("options", "safety", "gherkin", "gherkin_check", "install", "target", "explain", "verdicts"),
    *("gathering", "terminal", "allure_bridge", "scheduling", "planning", "plan", "run"),
    *(
        "interrupts",
        "cluster",
        "capabilities",
        "staying",
        "collection",
        "stage",
        "schema",
        "networks",
        "google",
    ),
    *("filtering", "sctp", "guarded", "egress_ip", "costs", "nights", "budgets", "trend"),
    *("deadline", "again", "footprint", "removal", "health", "observing", "pictures"),
)
STEPS = (file.stem for file in sorted(Path(__file__).with_name("steps").glob("*.py")))

pytest_plugins = [
    *(f"fixtures.{name}" for name in FIXTURES),
    *(f"steps.{name}" for name in STEPS if name not in NOT_PHRASES),
]

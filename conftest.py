"""The list of plugins. Fixtures live in fixtures/, phrases in steps/."""

pytest_plugins = [
    "fixtures.options",
    "fixtures.gherkin",
    "fixtures.gherkin_check",
    "fixtures.target",
    "fixtures.explain",
    "fixtures.verdicts",
    "fixtures.gathering",
    "fixtures.terminal",
    "fixtures.allure_bridge",
    "fixtures.planning",
    "fixtures.run",
    "fixtures.cluster",
    "fixtures.capabilities",
    "fixtures.collection",
    "fixtures.stage",
    "fixtures.costs",
    "steps.collection",
    "steps.traffic",
    "steps.flows",
    "steps.firewall",
]

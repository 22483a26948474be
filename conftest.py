"""The list of plugins. Fixtures live in fixtures/, phrases in steps/."""

pytest_plugins = [
    "fixtures.options",
    "fixtures.gherkin",
    "fixtures.gherkin_check",
    "fixtures.explain",
    "fixtures.verdicts",
    "fixtures.gathering",
    "fixtures.terminal",
    "fixtures.allure_bridge",
]

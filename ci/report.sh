#!/usr/bin/env bash
# Makes one HTML file of the last run's Allure results: ci/report.sh .venv/bin/python
set -euo pipefail
cd "$(dirname "$0")/.."
allure=allure@3.18.0

if ! ls build/allure-results/*-result.json >/dev/null 2>&1; then
    echo "There are no results in build/allure-results: run make conformance first." >&2
    exit 1
fi
if ! command -v npx >/dev/null || ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; then
    echo "make report needs Node 20 or newer (node and npx on the PATH); any Allure can also read build/allure-results as it is." >&2
    exit 1
fi
npx --yes "$allure" generate --config ci/allurerc.mjs build/allure-results >build/report.log 2>&1 || {
    cat build/report.log >&2
    exit 1
}
"$1" ci/finish_report.py build/report
# Allure judges its gate apart from the report. It is told and no more: the verdict is the run's exit code.
gate=build/report/quality-gate.txt
if ALLURE_HISTORY="" npx --yes "$allure" quality-gate --config ci/allurerc.mjs build/allure-results >build/gate.log 2>&1; then
    echo "Quality gate: passed" >"$gate"
elif grep -q "Quality Gate failed" build/gate.log; then
    sed -n -e 's/\x1b\[[0-9;]*m//g' -e 's/^ *⨯ */Quality gate: failed, /p' build/gate.log >"$gate"
else
    echo "Quality gate: could not be judged, see build/gate.log" >"$gate"
fi
cat "$gate"

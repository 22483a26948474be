#!/usr/bin/env bash
# One night in a pod: run the suite on the cluster around it, keep results and memory below RESULTS.
# Arguments go to pytest. The exit code is the suite's own; it is left in RESULTS/exit-code as well.
set -uo pipefail
results=${RESULTS:-/results}
account=/var/run/secrets/kubernetes.io/serviceaccount
night=$results/$(date -u +%Y-%m-%dT%H%M%SZ)
cd "$(dirname "$0")/.." || exit 3

say() { echo "$*" >&2; }

if ! mkdir -p "$night" "$results/history"; then
    say "The folder $results cannot be written: mount a volume there that user $(id -u) may write."
    exit 3
fi
# What an earlier night has left must not be taken for tonight's.
rm -f "$results/exit-code" "$results/latest"
if [ -n "${KUBECONFIG:-}" ]; then
    kubeconfig=$KUBECONFIG
elif [ -r "$account/token" ]; then
    # The token is named and not copied: the kubelet renews the file.
    kubeconfig=/tmp/kubeconfig
    umask 077
    cat >"$kubeconfig" <<END
apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: here, user: runner}}]
clusters: [{name: here, cluster: {server: "https://kubernetes.default.svc", certificate-authority: $account/ca.crt}}]
users: [{name: runner, user: {tokenFile: $account/token}}]
END
else
    say "There is no service account token in this pod: let it mount one, or set KUBECONFIG."
    exit 4
fi

python3 -m pytest -p no:cacheprovider --kubeconfig "$kubeconfig" --output "$night" \
    --history "$results/history/costs.jsonl" "$@"
code=$?
echo "$code" >"$night/exit-code"
echo "$code" >"$results/exit-code"
ln -sfn "$(basename "$night")" "$results/latest"
python3 ci/summary.py "$night" >"$night/summary.md" 2>/dev/null || say "No summary could be made of $night."
# Old nights go; a month is what the memory keeps, too.
find "$results" -maxdepth 1 -type d -name '20*' -mtime "+${KEEP_DAYS:-30}" -exec rm -rf {} +
exit "$code"

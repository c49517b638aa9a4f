#!/usr/bin/env bash
# Runs Brownie from its own environment; everything it writes stays inside the clone
# (~/.brownie follows HOME, py-solc-x follows SOLCX_BINARY_PATH).
#
#   scripts/setup/brownie.sh compile
#   scripts/setup/brownie.sh test tests/contracts --network anvil
#   LODETRACE_RPC_URL=http://127.0.0.1:9545 scripts/setup/brownie.sh run scripts/deploy --network embedded
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
export HOME="$root/build/home" SOLCX_BINARY_PATH="$root/build/solcx" TMPDIR="$root/build/tmp"
mkdir -p "$HOME" "$TMPDIR"
# Brownie starts `ganache` and `anvil` by name.
anvil="$("$root/scripts/setup/anvil.sh" || true)"
export PATH="$root/node_modules/.bin${anvil:+:$(dirname "$anvil")}:$PATH"
# Brownie 1.22.2 prints FutureWarnings about its own dependencies at every start.
export PYTHONWARNINGS="ignore::FutureWarning${PYTHONWARNINGS:+,$PYTHONWARNINGS}"

cd "$root"
exec "$root/.venv-brownie/bin/python" scripts/setup/run_brownie.py "$@"

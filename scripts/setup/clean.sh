#!/usr/bin/env bash
# Stops the chains that this clone runs and removes everything that was built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [ -d build ] && [ -x .venv/bin/python ]; then
  .venv/bin/python -m lodetrace.devchain stop build
fi
rm -rf build api/explorer/dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage crytic-export

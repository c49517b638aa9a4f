#!/usr/bin/env bash
# Installs the locked node tools: chains, compiler, circuits, proofs, linter.
set -euo pipefail

major="$(node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/' || true)"
if [ "${major:-0}" -lt 20 ]; then
  echo "Node 20, 22 or 24 is needed; found: $(node --version 2>/dev/null || echo none)" >&2
  exit 1
fi
echo "setting up node_modules (ten seconds)"
npm ci --no-progress --loglevel=error

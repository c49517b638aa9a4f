#!/usr/bin/env bash
# Pins every package with its hashes; the locks name no index, so any mirror serves them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# main first, then dev: each keeps to the pins before it
for name in main dev browser brownie docs; do
  .venv/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
    --output-file "requirements/$name.txt" "requirements/$name.in"
done

#!/usr/bin/env bash
# Installs the hashed uv in build/uv; without it pip installs everything else.
#
#   scripts/setup/uv.sh .venv/bin/python
set -euo pipefail

"$1" -m pip install -qq --disable-pip-version-check --no-compile --no-deps --require-hashes \
  --upgrade --target build/uv --requirement requirements/installer.txt ||
  echo "uv is not to be had here: the environments are set up with pip"

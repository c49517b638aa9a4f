#!/usr/bin/env bash
# Creates a Python environment, or installs a hashed lock in it.
#
#   scripts/setup/environment.sh python3 .venv
#   scripts/setup/environment.sh python3 .venv requirements/main.txt
set -euo pipefail
python="$1" folder="$2" lock="${3:-}"

if ! "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
  echo "Python 3.11 is needed; \`$python\` is $("$python" --version 2>&1 || true)." \
    "Name another one: make setup PYTHON=/path/to/python3.11" >&2
  exit 1
fi
if ! "$folder/bin/python" -c '' 2>/dev/null; then
  rm -rf "$folder"
  "$python" -m venv "$folder" || {
    echo "Python cannot make an environment; on Debian: make system" >&2
    exit 1
  }
fi
[ -n "$lock" ] || exit 0
echo "setting up $folder from $lock (half a minute)"
"$folder/bin/python" -m pip install -qq --disable-pip-version-check --no-compile --no-deps \
  --require-hashes --requirement "$lock"
"$folder/bin/python" -m pip check

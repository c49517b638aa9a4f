#!/usr/bin/env bash
# Creates a Python environment, or installs a hashed lock in it.
#
#   scripts/setup/environment.sh python3 .venv
#   scripts/setup/environment.sh python3 .venv requirements/main.txt
set -euo pipefail
python="$1" folder="$2" lock="${3:-}"
uv=build/uv/bin/uv

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

pip=("$folder/bin/python" -m pip --disable-pip-version-check)

# uv does not read pip's settings: it is told where packages come from
of_pip() {
  sed -nE "s/^(global|install|:env:)\.$1='(.*)'$/\2/p" <<<"$settings" | tail -n 1
}

with_uv() {
  [ -x "$uv" ] || return 1
  local settings index cert
  settings="$("${pip[@]}" config list)"
  index="$(of_pip index-url)" cert="$(of_pip cert)"
  export UV_INDEX UV_FIND_LINKS UV_INDEX_STRATEGY=unsafe-best-match UV_NO_CONFIG=1
  UV_INDEX="$(of_pip extra-index-url)"
  UV_FIND_LINKS="$(of_pip find-links | tr ' ' ,)"
  [ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
  [ -z "$cert" ] || export SSL_CERT_FILE="$cert"
  "$uv" pip install --quiet --python "$folder" --no-deps --require-hashes --requirement "$lock"
}

with_pip() {
  echo "with pip, which takes half a minute longer"
  "${pip[@]}" install -qq --no-compile --no-deps --require-hashes --requirement "$lock"
}

echo "setting up $folder from $lock"
with_uv || with_pip
"${pip[@]}" check

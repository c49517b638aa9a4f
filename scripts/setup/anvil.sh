#!/usr/bin/env bash
# Prints the path of this platform's anvil binary from npm; fails where there is none.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
for binary in "$root"/node_modules/@foundry-rs/anvil-*/bin/anvil; do
  if "$binary" --version >/dev/null 2>&1; then
    printf '%s\n' "$binary"
    exit 0
  fi
done
exit 1

#!/usr/bin/env bash
# Lists the Debian packages that are needed and installs the missing ones when run as root.
set -euo pipefail

# command (or Python module) that must be there : package that brings it
needed=(python3.11:python3.11 node:nodejs npm:npm git:git gcc:gcc make:make caddy:caddy chromium:chromium)
missing=()
for pair in "${needed[@]}"; do
  command="${pair%%:*}" package="${pair##*:}"
  if command -v "$command" >/dev/null; then state=present; else state=missing && missing+=("$package"); fi
  printf '%-20s %-8s %s\n' "$package" "$state" "$(command -v "$command" || true)"
done
# the server for the tests of the gateway's index; Debian keeps its programs off the path
postgres="$(command -v initdb || ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -n 1 || true)"
if [ -n "$postgres" ]; then state=present; else state=missing && missing+=(postgresql); fi
printf '%-20s %-8s %s\n' postgresql "$state" "$postgres"
if ! python3.11 -c 'import ensurepip, venv' 2>/dev/null; then
  printf '%-20s %-8s\n' python3.11-venv missing
  missing+=(python3.11-venv)
fi
# for the audit's page as PDF: Pango, letters of Europe and Arabic, and those of China, Japan, Korea
for package in libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-wqy-microhei; do
  found="$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null || true)"
  if [ "$found" = installed ]; then state=present; else state=missing && missing+=("$package"); fi
  printf '%-20s %-8s\n' "$package" "$state"
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "nothing is missing"
elif [ "$(id -u)" -eq 0 ]; then
  apt-get update -q && apt-get install -q -y --no-install-recommends "${missing[@]}"
else
  echo "as root: apt-get install ${missing[*]}"
fi
major="$(node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/' || true)"
if [ "${major:-0}" -lt 20 ]; then
  echo "Node 20, 22 or 24 is needed and Debian 12 has 18: install it from nodejs.org or with a version manager"
  exit 1
fi

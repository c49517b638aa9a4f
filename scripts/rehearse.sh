#!/usr/bin/env bash
# Runs a Brownie script on a copy of the network: anvil forks it, everybody's signature is lent, and
# nothing leaves this machine. What the script would do there, it does here, to its end.
#
#   export LODETRACE_RPC_URL=http://127.0.0.1:8645
#   scripts/rehearse.sh run scripts/deploy main members.yaml 600 --network consortium
#
# Its deployment record goes to build/rehearsal; the network's own record is read and left alone.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
anvil="$("$root/scripts/setup/anvil.sh")" || { echo "anvil is not installed: make setup" >&2; exit 1; }
: "${LODETRACE_RPC_URL:?name a node of the network in LODETRACE_RPC_URL}"
records="$root/build/rehearsal"
rm -rf "$records" && mkdir -p "$records"
cp "${LODETRACE_DEPLOYMENTS:-$root/build/deployments}"/*.json "$records/" 2>/dev/null || true

port="$("$root/.venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')"
"$anvil" --fork-url "${LODETRACE_RPC_URL%%,*}" --host 127.0.0.1 --port "$port" --hardfork shanghai \
  --auto-impersonate --gas-price 0 --block-base-fee-per-gas 0 --quiet &
copy=$!
trap 'kill "$copy" 2>/dev/null || true' EXIT
for _ in $(seq 100); do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
  kill -0 "$copy" || exit 1
  sleep 0.1
done
LODETRACE_RPC_URL="http://127.0.0.1:$port" LODETRACE_DEPLOYMENTS="$records" LODETRACE_REHEARSAL=1 \
  "$root/scripts/setup/brownie.sh" "$@"

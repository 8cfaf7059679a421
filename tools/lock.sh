#!/bin/sh
# Renews every lock from the requirements of pyproject.toml. Usage: tools/lock.sh [--upgrade]
# The files name no registry and no path of the machine they were made on.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .cache/uv-venv/bin/uv)
if [ ! -x "$uv" ]; then
  python3 -m venv .cache/uv-venv && .cache/uv-venv/bin/pip install --quiet uv
fi
compile() {
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
    --no-emit-index-url --no-emit-package livekit-plugins-sarvam-pooled \
    --no-emit-package voice-agent-env "$@"
}
compile "$@" pyproject.toml --output-file requirements.lock
compile "$@" pyproject.toml sandbox/pyproject.toml --group dev --constraint requirements.lock \
  --output-file requirements-dev.lock
for tool in go node; do
  compile "$@" "tools/locks/$tool.in" --output-file "tools/locks/$tool.lock"
done

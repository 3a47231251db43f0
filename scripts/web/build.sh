#!/usr/bin/env bash
# Build web/dist unless it was built from the very files that lie here. Takes a moment when there is nothing to do.
set -euo pipefail
cd "$(dirname "$0")/../.."

inputs() {
  find web/src web/public web/index.html web/vite.config.ts web/scripts web/package.json \
    clients/typescript/src package-lock.json -type f ! -name '*.test.*' ! -path 'web/src/test/*' -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

wanted=$(inputs)
stamp=web/dist/.built
if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && [ -f web/dist/index.html ]; then
  exit 0
fi
scripts/web/modules.sh
scripts/web/run.sh npm run --silent build -w web -- --logLevel warn
echo "$wanted" >"$stamp"

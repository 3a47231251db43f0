#!/usr/bin/env bash
# Make openapi.json and the client's types anew from the server; with --check, fail where they differ from what is there.
set -euo pipefail
cd "$(dirname "$0")/../.."

scripts/web/modules.sh
client=clients/typescript
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
.venv/bin/quoth openapi >"$made/openapi.json"
if [ "${1:-}" = --check ]; then
  (cd $client && ../../scripts/web/run.sh npx openapi-ts --input "$made/openapi.json" --output "$made/generated" --silent)
  diff -u $client/openapi.json "$made/openapi.json" >&2 && diff -ru $client/src/generated "$made/generated" >&2 || {
    echo "The TypeScript client is not what the server says it is: run make types." >&2
    exit 1
  }
else
  cp "$made/openapi.json" $client/openapi.json
  scripts/web/run.sh npm run --silent generate -w $client -- --silent
fi

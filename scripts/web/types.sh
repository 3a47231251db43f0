#!/usr/bin/env bash
# Make openapi.json and the client's types anew from the server; with --check, fail where they differ from what is there.
set -euo pipefail
cd "$(dirname "$0")/../.."

# The generator's comments link to a registry; what they name is enough.
without_hosts() { find "$1" -name '*.ts' -exec sed -i -E 's#https://www\.npm[a-z]*\.com/package/##' {} +; }

scripts/web/modules.sh
client=clients/typescript
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
.venv/bin/quoth openapi >"$made/openapi.json"
if [ "${1:-}" = --check ]; then
  # The generator takes its output's options from the configuration only, so it works in a copy of the package.
  cp -r $client/package.json $client/openapi-ts.config.ts $client/tsconfig.json "$made"
  ln -s "$PWD/node_modules" "$made/node_modules"
  (cd "$made" && "$OLDPWD/scripts/web/run.sh" npx openapi-ts --silent)
  without_hosts "$made/src/generated"
  diff -u $client/openapi.json "$made/openapi.json" >&2 && diff -ru $client/src/generated "$made/src/generated" >&2 || {
    echo "The TypeScript client is not what the server says it is: run make types." >&2
    exit 1
  }
else
  cp "$made/openapi.json" $client/openapi.json
  scripts/web/run.sh npm run --silent generate -w $client -- --silent
  without_hosts $client/src/generated
fi

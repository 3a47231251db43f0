#!/usr/bin/env bash
# Print the path of a Chromium for the tests: the machine's, else Debian's package, else Playwright's own download.
set -euo pipefail
cd "$(dirname "$0")/../.."

found() {
  for name in "${QUOTH_TEST_CHROMIUM:-}" chromium chromium-browser google-chrome-stable google-chrome; do
    [ -n "$name" ] && command -v "$name" && return 0
  done
  return 1
}

found && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation; } >&2 || true
  found && exit 0
fi
scripts/web/run.sh npx playwright install chromium >&2
scripts/web/run.sh node -e 'console.log(require("@playwright/test").chromium.executablePath())'

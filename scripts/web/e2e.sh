#!/usr/bin/env bash
# The end-to-end tests, in a real Chromium against a real server. Arguments go to Playwright.
set -euo pipefail
cd "$(dirname "$0")/../.."

scripts/web/build.sh
QUOTH_TEST_CHROMIUM=$(scripts/web/chromium.sh)
export QUOTH_TEST_CHROMIUM
cd web
exec ../scripts/web/run.sh npx playwright test "$@"

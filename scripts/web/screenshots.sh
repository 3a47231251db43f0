#!/usr/bin/env bash
# Make docs/images anew: the main states at 1440 and 390 pixels.
set -euo pipefail
cd "$(dirname "$0")/../.."

scripts/web/build.sh
QUOTH_TEST_CHROMIUM=$(scripts/web/chromium.sh)
export QUOTH_TEST_CHROMIUM
cd web
exec ../scripts/web/run.sh npx playwright test --config playwright.screenshots.config.ts "$@"

#!/bin/sh
# The browser tests need Chromium: install it where that is possible, say how where it is not.
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
[ "${COSMOPOLIS_NO_BROWSER:-}" = 1 ] && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "installing Chromium for the browser tests"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null && exit 0
fi
echo "The browser tests need Chromium: 'sudo apt-get install chromium', or COSMOPOLIS_NO_BROWSER=1 to leave them out." >&2
exit 1

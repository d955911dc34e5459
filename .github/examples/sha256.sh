#!/bin/sh
# Usage: sha256.sh <address of a version, such as …/v2.json>
version=$(curl -fsS "$1") || exit 1
printf '%s' "$version" | jq -e .sha256 > /dev/null || { echo "no version: $1" >&2; exit 1; }
printf '%s' "$version" | jq -j '.title, "\n\n", .content_text' | sha256sum

#!/bin/sh
# Usage: sync.sh <bridge> <folder>
bridge=$1 folder=$2 more=true; mkdir -p "$folder/articles"
while [ "$more" = true ]; do
  curl -fsS "$bridge/sync/all?after=$(cat "$folder/cursor" 2>/dev/null)" > "$folder/page" || exit 1
  cursor=$(tail -n 1 "$folder/page" | jq -er .cursor) || exit 1
  jq -r 'select(.seq) | [.event, (.article.id | @uri), (.article | tojson)] | join("\t")' "$folder/page" |
    while IFS="$(printf '\t')" read -r event name article; do
      if [ "$event" = out ]; then rm -f "$folder/articles/$name"; else printf '%s\n' "$article" > "$folder/articles/$name"; fi ||
        exit 1
    done || exit 1
  more=$(tail -n 1 "$folder/page" | jq -r .more); echo "$cursor" > "$folder/cursor"
done

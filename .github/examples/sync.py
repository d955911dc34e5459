#!/usr/bin/env python3
# Usage: sync.py <bridge> <file>
import json, pathlib, sys, urllib.request
bridge, file = sys.argv[1], pathlib.Path(sys.argv[2])
state = json.loads(file.read_text()) if file.exists() else {"cursor": "", "articles": {}}
more = True
while more:
    with urllib.request.urlopen(f"{bridge}/sync/all?after={state['cursor']}") as response:
        *events, end = [json.loads(line) for line in response]
    state["cursor"], more = end["cursor"], end["more"]
    for event in events:
        article = event["article"]
        if event["event"] == "out": state["articles"].pop(article["id"], None)
        else: state["articles"][article["id"]] = article
    file.with_suffix(".new").write_text(json.dumps(state))
    file.with_suffix(".new").replace(file)

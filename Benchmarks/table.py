"""Reads the JSON lines of Weft and its peers and prints, for each workload, medians over rounds and ratios to Weft."""
import collections
import json
import statistics
import sys

rounds = collections.defaultdict(lambda: collections.defaultdict(list))
for line in sys.stdin:
    entry = json.loads(line)
    rounds[entry["workload"]][entry["peer"]].append(entry)

print("| workload | peer | median ms | minimum ms | peak MiB | against Weft |")
print("|---|---|---:|---:|---:|---:|")
for workload, peers in rounds.items():
    medians = {peer: statistics.median(e["median_ms"] for e in entries) for peer, entries in peers.items()}
    ours = next((median for peer, median in medians.items() if peer.startswith("weft")), None)
    for peer, median in sorted(medians.items(), key=lambda item: item[1]):
        least = min(entry["min_ms"] for entry in peers[peer])
        peak = max(entry["peak_mb"] for entry in peers[peer])
        ratio = f"{median / ours:.2f}" if ours else ""
        print(f"| {workload} | {peer} | {median:.3f} | {least:.3f} | {peak} | {ratio} |")

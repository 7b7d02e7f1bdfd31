"""Tables in Markdown from the JSON lines of Weft and its peers. By itself it reads lines that `compare --lines` kept:

    python3 Benchmarks/table.py < lines
"""
import collections
import json
import statistics
import sys

# At least as fast as the best peer by this factor; each inference step by INFERENCE_GOAL.
GOALS = {"tiny-mlp": 3, "mlp": 1.3, "lenet": 2, "resnet18": 2, "gpt": 1.3, "lstm": 1.35}
INFERENCE_GOAL = 1.5


def goal(workload):
    return INFERENCE_GOAL if workload.endswith("-infer") else GOALS.get(workload)


def number(value):
    """Three digits or more."""
    return f"{value:.4f}" if value < 0.1 else f"{value:.3f}" if value < 10 else f"{value:.1f}"


def aligned(rows):
    """Markdown rows whose columns are aligned in plain text too; numbers, all but the first two columns, to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    left = lambda column: column < 2
    lines = ["| " + " | ".join(
        cell.ljust(width) if left(column) else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths))) + " |" for row in rows]
    rule = "|" + "|".join(
        "-" * (width + 2) if left(column) else "-" * (width + 1) + ":" for column, width in enumerate(widths)) + "|"
    return [lines[0], rule, *lines[1:]]


class Result:
    """What one library came to on one workload, over all rounds."""

    def __init__(self, entries):
        self.peer = entries[0]["peer"]
        self.median = statistics.median(entry["median_ms"] for entry in entries)
        self.least = min(entry["min_ms"] for entry in entries)
        self.peak = max(entry["peak_mb"] for entry in entries)


def collect(entries):
    """Results by workload and peer."""
    groups = collections.defaultdict(lambda: collections.defaultdict(list))
    for entry in entries:
        groups[entry["workload"]][entry["peer"]].append(entry)
    return {workload: {peer: Result(runs) for peer, runs in peers.items()} for workload, peers in groups.items()}


def best(results, prefix=""):
    rivals = [r for r in results.values() if not r.peer.startswith("weft") and r.peer.startswith(prefix)]
    return min(rivals, key=lambda r: r.median, default=None)


def ours(results):
    return next((r for r in results.values() if r.peer.startswith("weft")), None)


def summary(collected):
    """One line a workload: Weft, the best peer, PyTorch at its best, the goal."""
    rows = [["workload", "best peer", "its ms", "Weft ms", "factor", "goal", "met", "PyTorch ms", "factor",
             "MiB, Weft", "PyTorch"]]
    for workload, results in collected.items():
        weft, rival, torch = ours(results), best(results), best(results, "torch")
        if not weft:
            continue
        factor = rival.median / weft.median if rival else None
        wanted = goal(workload)
        rows.append([
            workload, rival.peer if rival else "none", number(rival.median) if rival else "", number(weft.median),
            f"{factor:.2f}" if factor else "", f"{wanted:g}" if wanted else "",
            ("yes" if factor >= wanted else "NO") if factor and wanted else "",
            number(torch.median) if torch else "", f"{torch.median / weft.median:.2f}" if torch else "",
            str(weft.peak), str(torch.peak) if torch else ""])
    return aligned(rows)


def details(collected):
    """One line a workload and peer, the fastest first."""
    rows = [["workload", "peer", "median ms", "minimum ms", "peak MiB", "against Weft"]]
    for workload, results in collected.items():
        weft = ours(results)
        for result in sorted(results.values(), key=lambda r: r.median):
            rows.append([
                workload, result.peer, number(result.median), number(result.least), str(result.peak),
                f"{result.median / weft.median:.2f}" if weft else ""])
    return aligned(rows)


def machine_line(doctor, threads):
    """Processor, threads and versions, from what `weft doctor` says."""
    facts = dict(line.split("  ", 1) for line in doctor.splitlines() if "  " in line)
    fact = lambda name: facts.get(name, "unknown").strip()
    return f"{fact('processor')}; {threads} threads; oneDNN {fact('oneDNN')}; {fact('instruction sets')}"


def report(entries, failures, machine, options):
    collected = collect(entries)
    rounds = f"{options.rounds} round{'s' if options.rounds > 1 else ''}"
    how = f"{rounds} of {options.seconds:g} s, {options.precision}; medians over rounds"
    lines = [machine, how, "", *summary(collected), "", *details(collected)]
    if failures:
        lines += ["", *[f"{name} on {workload} failed: {why}" for (name, workload), why in failures.items()]]
    return "\n".join(lines)


if __name__ == "__main__":
    kept = collect(json.loads(line) for line in sys.stdin if line.startswith("{"))
    print("\n".join([*summary(kept), "", *details(kept)]))

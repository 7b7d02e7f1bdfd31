"""Tables in Markdown from the JSON lines of Weft and its peers. By itself it reads lines that `compare --lines` kept:

    python3 Benchmarks/table.py < lines
"""
import collections
import json
import statistics
import sys

# How many times as fast as the best peer Weft wants to be: called operation by operation, and replayed.
GOALS = {"tiny-mlp": (3, 5), "mlp": (1.3, 1.5), "lenet": (2, 2.5), "resnet18": (2, 2.3), "gpt": (1.3, 1.5),
         "lstm": (1.35, 1.8)}
INFERENCE_GOALS = (1.5, 2)
# The end of the name of Weft's lines that are replayed.
REPLAYED = "-replayed"


def goals(workload):
    return INFERENCE_GOALS if workload.endswith("-infer") else GOALS.get(workload, (None, None))


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


def ours(results, replayed=False):
    return next((r for r in results.values()
                 if r.peer.startswith("weft") and r.peer.endswith(REPLAYED) == replayed), None)


def against(rival, result, wanted):
    """The milliseconds of one of Weft's ways, how many times as long the rival takes, and what was wanted."""
    if not result:
        return ["", "", ""]
    factor = rival.median / result.median if rival else None
    missed = factor and wanted and factor < wanted
    return [number(result.median), f"{factor:.2f}" if factor else "",
            (f"{wanted:g}" if wanted else "") + (" NO" if missed else "")]


def summary(collected):
    """One line a workload: the best peer, Weft in both ways beside what is wanted, PyTorch at its best, peak memory."""
    rows = [["workload", "best peer", "its ms", "Weft ms", "factor", "goal", "replayed ms", "factor", "goal",
             "PyTorch ms", "factor", "MiB, Weft", "replayed", "PyTorch"]]
    for workload, results in collected.items():
        weft, replayed = ours(results), ours(results, replayed=True)
        rival, torch = best(results), best(results, "torch")
        if not weft:
            continue
        wanted = goals(workload)
        rows.append([
            workload, rival.peer if rival else "none", number(rival.median) if rival else "",
            *against(rival, weft, wanted[0]), *against(rival, replayed, wanted[1]),
            number(torch.median) if torch else "", f"{torch.median / weft.median:.2f}" if torch else "",
            str(weft.peak), str(replayed.peak) if replayed else "", str(torch.peak) if torch else ""])
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

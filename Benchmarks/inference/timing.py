"""How long something takes, for the programs of the other libraries."""
import time


def times(seconds, step):
    """How long a run takes, in milliseconds, from the shortest."""
    for _ in range(3):
        step()
    found, start = [], time.perf_counter()
    while len(found) < 5 or time.perf_counter() - start < seconds:
        begin = time.perf_counter()
        step()
        found.append(1000 * (time.perf_counter() - begin))
    return sorted(found)

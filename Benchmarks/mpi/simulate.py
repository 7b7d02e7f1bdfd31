"""What a step takes on many machines, from numbers measured on few.

simulate.py --compute 90 --backward 60 --bytes 102e6 [--bucket 4194304] [--bandwidth 1.25e9] [--latency 25e-6]

Gradients become final evenly over the backward pass, from the last layers to the first, and are sent in buckets one after
the other, as GradientBuckets does. A bucket is first compared (a tree: 2 log2 n messages of 16 bytes), beside the transfer
of the one before it, and then added up by Open MPI's ring (2 (n - 1) messages of 1/n of it) or, where that is sooner, by
halving and doubling (2 log2 n messages, as many bytes). Machines wait for the slowest: of n whose steps vary by the share
--jitter (a normal distribution) that one is later by about jitter * sqrt(2 ln n).
"""

import argparse
import math

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--compute", type=float, required=True, help="milliseconds of a step without sending")
parser.add_argument("--backward", type=float, help="how much of that is the backward pass; two thirds if left out")
parser.add_argument("--bytes", type=float, required=True, help="of all gradients")
parser.add_argument("--bucket", type=float, default=4 << 20, help="bytes of a bucket")
parser.add_argument("--bandwidth", type=float, default=1.25e9, help="bytes a second each way: 1.25e9 is 10 Gbit/s")
parser.add_argument("--latency", type=float, default=25e-6, help="seconds of a message")
parser.add_argument("--jitter", type=float, default=0.02, help="how much steps of machines vary, as a share")
parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2, 4, 16, 64, 256, 1000])
given = parser.parse_args()


def reduction(size, ranks):
    """Seconds in which `ranks` machines add up so many bytes."""
    moved = 2 * (ranks - 1) / ranks * size / given.bandwidth
    rounds = min(2 * (ranks - 1), 2 * math.ceil(math.log2(ranks)))
    return moved + rounds * given.latency


def step(ranks):
    """Seconds of a step, and how many of them are spent waiting for gradients."""
    compute = given.compute / 1e3
    backward = given.backward / 1e3 if given.backward else compute * 2 / 3
    if ranks == 1:
        return compute, 0.0
    compute *= 1 + given.jitter * math.sqrt(2 * math.log(ranks))
    count = math.ceil(given.bytes / given.bucket)
    check = 2 * math.ceil(math.log2(ranks)) * given.latency
    free = 0.0
    for bucket in range(count):
        ready = compute - backward + backward * (bucket + 1) / count
        free = max(free, ready + check) + reduction(given.bytes / count, ranks)
    return max(compute, free), max(0.0, free - compute)


alone = step(1)[0]
print("ranks  ms a step  waiting  speed of one  MB sent by each")
for ranks in given.ranks:
    seconds, waiting = step(ranks)
    sent = 2 * (ranks - 1) / ranks * given.bytes / 1e6
    print(f"{ranks:5}  {seconds * 1e3:9.1f}  {waiting * 1e3:7.1f}  {alone / seconds:11.1%}  {sent:15.1f}")

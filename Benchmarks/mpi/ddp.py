"""The training of Tests/MPIScenarios/Speed.swift in PyTorch: DistributedDataParallel over gloo.

torchrun --nproc-per-node N ddp.py [mlp|lenet] [STEPS]
"""

import contextlib
import os
import sys
import time

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel

name = sys.argv[1] if len(sys.argv) > 1 else "mlp"
steps = int(sys.argv[2]) if len(sys.argv) > 2 else 200
torch.set_num_threads(1)
size = int(os.environ.get("WORLD_SIZE", "1"))
torch.manual_seed(1)
own = 256 // size
if name == "lenet":
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )
    inputs = torch.randn(own, 1, 28, 28)
else:
    model = nn.Sequential(
        nn.Linear(784, 1024), nn.ReLU(), nn.Linear(1024, 1024), nn.ReLU(), nn.Linear(1024, 10)
    )
    inputs = torch.randn(own, 784)
count = sum(p.numel() for p in model.parameters())
if size > 1:
    torch.distributed.init_process_group("gloo")
    model = DistributedDataParallel(model)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
labels = torch.zeros(own, dtype=torch.int64)
gradients = torch.zeros(count)


def step():
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(inputs), labels).backward()
    optimizer.step()


def alone():
    with model.no_sync() if size > 1 else contextlib.nullcontext():
        step()


def add_up():
    if size > 1:
        torch.distributed.all_reduce(gradients)


times = [[], [], []]
for _ in range(steps):
    for place, work in enumerate([step, alone, add_up]):
        if size > 1:
            torch.distributed.barrier()
        start = time.monotonic()
        work()
        times[place].append(time.monotonic() - start)
medians = [sorted(t)[len(t) // 2] for t in times]
if int(os.environ.get("RANK", "0")) == 0:
    first, second, third = (f"{m * 1e3:.2f}" for m in medians)
    print(
        f"torch {name} {size} ranks: {first} ms a step, {int(256 / medians[0])} samples a second; "
        f"without sending {second} ms; {count * 4} bytes of gradients, their sum alone {third} ms"
    )
if size > 1:
    torch.distributed.destroy_process_group()

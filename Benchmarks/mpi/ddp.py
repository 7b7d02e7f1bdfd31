"""The training of Tests/MPIScenarios/Speed.swift in PyTorch: DistributedDataParallel over gloo.

torchrun --nproc-per-node N ddp.py [STEPS]
"""

import os
import sys
import time

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel

steps = int(sys.argv[1]) if len(sys.argv) > 1 else 200
torch.set_num_threads(1)
size = int(os.environ.get("WORLD_SIZE", "1"))
torch.manual_seed(1)
model = nn.Sequential(
    nn.Linear(784, 1024), nn.ReLU(), nn.Linear(1024, 1024), nn.ReLU(), nn.Linear(1024, 10)
)
if size > 1:
    torch.distributed.init_process_group("gloo")
    model = DistributedDataParallel(model)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
own = 256 // size
inputs, labels = torch.randn(own, 784), torch.zeros(own, dtype=torch.int64)
times = []
for _ in range(steps):
    start = time.monotonic()
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(inputs), labels).backward()
    optimizer.step()
    times.append(time.monotonic() - start)
if int(os.environ.get("RANK", "0")) == 0:
    print(f"torch {size} ranks: {sorted(times)[len(times) // 2] * 1e3:.2f} ms a step")
if size > 1:
    torch.distributed.destroy_process_group()

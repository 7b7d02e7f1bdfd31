#!/usr/bin/env python3
"""Writes events.out.tfevents: an event file as PyTorch 2.13 writes it, with a scalar as a tensor beside plain ones.

    python make_events.py      # PyTorch 2.13, tensorboard 2.21
"""
import glob
import os
import tempfile

import numpy as np
from tensorboard.compat.proto import summary_pb2
from tensorboard.util.tensor_util import make_tensor_proto
from torch.utils.tensorboard import SummaryWriter

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "events.out.tfevents")


def main():
    with tempfile.TemporaryDirectory() as folder:
        with SummaryWriter(folder) as writer:
            for step in range(3):
                writer.add_scalar("loss/train", 1 / (step + 1), step, walltime=100 + step)
            writer.add_scalar("far", -2.5, 1 << 40, walltime=7)
            writer.add_image("picture", np.zeros((1, 2, 3), np.uint8), 1)
            writer.add_histogram("weights", np.arange(5), 2)
            writer.add_text("note", "hello", 3)
            value = summary_pb2.Summary.Value(tag="as tensor", tensor=make_tensor_proto(np.float32(0.75)))
            value.metadata.plugin_data.plugin_name = "scalars"
            writer.file_writer.add_summary(summary_pb2.Summary(value=[value]), 4, walltime=5)
        files = glob.glob(os.path.join(folder, "*"))
        assert len(files) == 1
        with open(files[0], "rb") as source, open(PATH, "wb") as target:
            target.write(source.read())


if __name__ == "__main__":
    main()

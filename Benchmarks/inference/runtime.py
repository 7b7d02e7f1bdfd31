"""Networks that Benchmarks/inference exported, in ONNX Runtime: the same JSON lines.

usage: runtime.py [--seconds S] [--threads N] --folder FOLDER CASE...

A case that is an ONNX file itself has its inputs beside it.
"""
import argparse
import json
import pathlib
import sys

import onnxruntime
from safetensors.numpy import load_file

sys.dont_write_bytecode = True
from timing import times  # noqa: E402


def session(path, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("cases", nargs="+")
    options = parser.parse_args()
    for case in options.cases:
        path = case.removesuffix(".onnx") if case.endswith(".onnx") else options.folder / case.replace(":", "-")
        run, inputs = session(f"{path}.onnx", options.threads), load_file(f"{path}.safetensors")
        result = run.run(None, inputs)[0].ravel()[:64]
        found = times(options.seconds, lambda: run.run(None, inputs))
        print(json.dumps({
            "peer": f"onnxruntime-{onnxruntime.__version__}", "case": case, "median_ms": found[len(found) // 2],
            "min_ms": found[0], "steps": len(found), "results": result.tolist()}), flush=True)


if __name__ == "__main__":
    main()

"""Makes the files beside this script: what PyTorch, NumPy, safetensors and gguf write.

    python make_files.py        # torch 2.13, numpy 2, safetensors 0.8, gguf 0.17 or later

values.json holds the elements of every tensor, as float64 (complex numbers as pairs), by file and name.
"""
import argparse
import collections
import contextlib
import io
import json
import os
import pickle
import warnings
import zipfile

import gguf
import numpy as np
import safetensors.torch
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
values = {}


def path(name):
    return os.path.join(HERE, name)


@contextlib.contextmanager
def without_source():
    """The legacy format writes each class's source and where it lay: here a word in place of both."""
    original = torch.serialization.get_source_lines_and_file
    torch.serialization.get_source_lines_and_file = lambda _: (["source"], 0, "file.py")
    try:
        yield
    finally:
        torch.serialization.get_source_lines_and_file = original


def leave_out_code(file):
    """The code that TorchScript compiled is nobody's to read: the tensors are."""
    with zipfile.ZipFile(file) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist() if "/code/" not in info.filename]
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content)


def flat(array):
    if isinstance(array, torch.Tensor):
        array = array.detach()
        if array.dtype.is_complex:
            array = torch.view_as_real(array.to(torch.complex128))
        array = array.to(torch.float64).contiguous().numpy()
    array = np.asarray(array)
    if array.dtype.kind == "c":
        array = np.stack([array.real, array.imag], -1)
    shape = list(array.shape)
    numbers = [x if np.isfinite(x) else str(x) for x in array.astype(np.float64).reshape(-1).tolist()]
    return {"shape": shape, "values": numbers}


def note(file, tensors):
    values[file] = {name: flat(tensor) for name, tensor in tensors.items()}


def network():
    torch.manual_seed(7)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.Flatten(), torch.nn.Linear(8, 3))
    with torch.no_grad():
        net(torch.randn(4, 1, 4, 4))
    return net


def typed_tensors():
    base = torch.arange(6).reshape(2, 3)
    types = {
        "f32": torch.float32, "f64": torch.float64, "f16": torch.float16, "bf16": torch.bfloat16, "i8": torch.int8,
        "u8": torch.uint8, "i16": torch.int16, "i32": torch.int32, "i64": torch.int64, "bool": torch.bool,
        "u16": torch.uint16, "u32": torch.uint32, "u64": torch.uint64, "c64": torch.complex64,
        "c128": torch.complex128, "f8_e4m3": torch.float8_e4m3fn, "f8_e5m2": torch.float8_e5m2,
    }
    tensors = {name: base.to(dtype) for name, dtype in types.items()}
    tensors["scalar"] = torch.tensor(0.5)
    tensors["empty"] = torch.zeros(0, 5)
    return tensors


def quantized_tensors():
    """Scales are powers of two, so that no rounding depends on the machine."""
    base = torch.arange(-6, 6).reshape(3, 4) / 4
    scales, zeros = torch.tensor([0.5, 0.25, 0.125]), torch.tensor([0, 1, -2])
    per_tensor, per_channel = torch.quantize_per_tensor, torch.quantize_per_channel
    return {
        "int8": per_tensor(base, 0.25, 3, torch.qint8), "uint8": per_tensor(base, 0.25, 100, torch.quint8),
        "int32": per_tensor(base, 2.0**-20, 0, torch.qint32),
        "transposed": per_tensor(base, 0.25, 3, torch.qint8).t(), "scalar": per_tensor(base[0, 0], 0.5, 0, torch.qint8),
        "rows": per_channel(base, scales, zeros, 0, torch.qint8),
        "columns": per_channel(base, torch.tensor([0.5, 0.25, 0.125, 1]), torch.tensor([0, 9, 99, 7]), 1, torch.quint8),
        "float_zeros": per_channel(base, scales, torch.tensor([1.5, 2.0, 0.25]), 0, torch.quint8),
        "parameter": torch.nn.Parameter(per_tensor(base, 0.25, 3, torch.qint8), requires_grad=False),
    }


def torch_files():
    net = network()
    state = net.state_dict()
    torch.save(state, path("state.pt"))
    note("state.pt", state)
    torch.save(state, path("legacy.pt"), _use_new_zipfile_serialization=False)
    note("legacy.pt", state)
    for protocol in (3, 4, 5):
        torch.save(state, path(f"protocol{protocol}.pt"), pickle_protocol=protocol)
        note(f"protocol{protocol}.pt", state)
    types = typed_tensors()
    torch.save(types, path("types.pt"))
    note("types.pt", types)

    quantized = quantized_tensors()
    for name, is_zip in [("quantized.pt", True), ("quantized_legacy.pt", False)]:
        torch.save(quantized, path(name), _use_new_zipfile_serialization=is_zip)
        note(name, {key: tensor.dequantize() for key, tensor in quantized.items()})

    base = torch.arange(24, dtype=torch.float32)
    views = {
        "whole": base, "part": base[6:18], "matrix": base.view(4, 6), "transposed": base.view(4, 6).t(),
        "every_other": base[::2], "column": base.view(4, 6)[:, 1], "repeated": base[:1].expand(3, 2)[:, :1],
    }
    views["tied"] = views["whole"]
    torch.save(views, path("views.pt"))
    note("views.pt", views)
    torch.save(views, path("views_legacy.pt"), _use_new_zipfile_serialization=False)
    note("views_legacy.pt", views)

    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    net(torch.randn(2, 1, 4, 4)).sum().backward()
    optimizer.step()
    nested = {
        "model": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3, "name": "net", "best": 0.25,
        "list": [torch.ones(2), {"a": (torch.zeros(1), 5)}], "args": argparse.Namespace(lr=0.1, layers=[1, 2]),
        "size": torch.Size([2, 3]), "dtype": torch.float16, "device": torch.device("cpu"), "none": None,
        "array": np.arange(4, dtype=np.int16).reshape(2, 2), "number": np.float64(1.5),
        "parameter": torch.nn.Parameter(torch.full((2,), 3.0)), "big": 1 << 70, "ordered": collections.OrderedDict(a=1),
    }
    torch.save(nested, path("nested.pt"))
    tensors = {"model." + k: v for k, v in nested["model"].items()}
    for index, entry in nested["optimizer"]["state"].items():
        for key, value in entry.items():
            tensors[f"optimizer.state.{index}.{key}"] = value
    tensors |= {"list.0": torch.ones(2), "list.1.a.0": torch.zeros(1), "array": nested["array"],
                "parameter": nested["parameter"]}
    note("nested.pt", tensors)
    # Names of classes, say: no numbers, and no reason to lose those beside them.
    named = {"weight": torch.ones(2), "names": np.array(["cat", "dog"]), "things": np.array([1, "x"], dtype=object),
             "days": np.array(["2020-01-01"], dtype="M8[D]"), "array": np.ones(2)}
    torch.save(named, path("named.pt"))
    note("named.pt", {name: named[name] for name in ("weight", "array")})
    # Few bytes that stand for many: read in a test of their own.
    torch.save({"wide": torch.zeros(1).expand(1 << 30), "small": torch.ones(2, 1).expand(2, 3)}, path("repeated.pt"))
    torch.save(torch.arange(3.0), path("single.pt"))
    note("single.pt", {"tensor": torch.arange(3.0)})
    torch.save(net, path("module.pt"))
    note("module.pt", net.state_dict())
    with without_source():
        torch.save(net, path("module_legacy.pt"), _use_new_zipfile_serialization=False)
    note("module_legacy.pt", net.state_dict())

    scripted = torch.jit.script(network().eval())
    scripted.save(path("script.pt"))
    leave_out_code(path("script.pt"))
    note("script.pt", network().eval().state_dict())

    # As a machine of the other byte order writes it.
    with zipfile.ZipFile(path("big_endian.pt"), "w") as archive, zipfile.ZipFile(path("single.pt")) as little:
        for info in little.infolist():
            data = little.read(info)
            if info.filename.endswith("byteorder"):
                data = b"big"
            if "/data/" in info.filename:
                data = np.frombuffer(data, "<f4").astype(">f4").tobytes()
            archive.writestr(info.filename, data)
    note("big_endian.pt", {"tensor": torch.arange(3.0)})
    with open(path("arrays.pkl"), "wb") as file:
        arrays = {"a": np.arange(6, dtype=">i4").reshape(2, 3), "b": np.asfortranarray(np.arange(6.0).reshape(2, 3))}
        pickle.dump(arrays, file, protocol=2)
    note("arrays.pkl", arrays)


class Attack:
    def __reduce__(self):
        return os.system, ("touch /tmp/weft-was-here",)


class Exported(torch.nn.Module):
    """A tied and a transposed weight, several types, a scalar, a buffer that no state has, and a constant."""

    def __init__(self):
        super().__init__()
        self.first, self.second = torch.nn.Linear(3, 3), torch.nn.Linear(3, 3)
        self.second.weight = self.first.weight
        self.turned = torch.nn.Parameter(torch.randn(2, 3).t())
        self.low = torch.nn.Parameter(torch.randn(2).half())
        self.register_buffer("count", torch.tensor(7))
        self.register_buffer("steps", torch.arange(3), persistent=False)
        self.register_buffer("mask", torch.tensor([True, False, True]))

    def forward(self, x):
        x = self.second(self.first(x + self.steps)) * self.mask
        return x @ self.turned + self.low.float() + self.count + torch.tensor([0.5, 0.25])


def exported_file():
    """What torch.export.save writes, without the program, which is nobody's to read."""
    torch.manual_seed(7)
    module = Exported().eval()
    torch.export.save(torch.export.export(module, (torch.randn(2, 3),)), path("exported.pt2"))
    with zipfile.ZipFile(path("exported.pt2")) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()
                   if "/models/" not in name and "/sample_inputs/" not in name]
    with zipfile.ZipFile(path("exported.pt2"), "w") as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content)
    tensors = {**module.state_dict(), "steps": module.steps, "lifted_tensor_0": torch.tensor([0.5, 0.25])}
    note("exported.pt2", tensors)


def hostile_files():
    torch.save({"weight": torch.ones(2), "bad": Attack()}, path("attack.pt"))
    note("attack.pt", {"weight": torch.ones(2)})
    # Each tuple holds the one before twice: 144 bytes that stand for 2^70 values.
    bomb = b"\x80\x02]"
    for _ in range(70):
        bomb += b"2\x86"
    with open(path("bomb.pkl"), "wb") as file:
        file.write(bomb + b".")


def numpy_files():
    arrays = {}
    for code in ["b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"]:
        arrays[code] = (np.arange(6).reshape(2, 3) % 2 if code == "b1" else np.arange(6).reshape(2, 3)).astype(code)
    swapped = {f"big_{code}": array.astype(array.dtype.newbyteorder(">")) for code, array in arrays.items()}
    arrays |= swapped
    arrays["fortran"] = np.asfortranarray(np.arange(24, dtype=np.float32).reshape(2, 3, 4))
    arrays["scalar"] = np.float32(0.5)
    arrays["empty"] = np.zeros((0, 4), np.float32)
    texts = {"names": np.array(["cat", "dög"]), "title": np.array("letters")}
    objects = {"objects": np.array([{"a": 1}], dtype=object)}
    np.savez(path("arrays.npz"), **arrays, **texts, **objects)
    note("arrays.npz", arrays)
    compressed = {"zeros": np.zeros((20, 50), np.float32), "fortran": arrays["fortran"], "big_i2": arrays["big_i2"]}
    np.savez_compressed(path("compressed.npz"), **compressed)
    note("compressed.npz", compressed)
    for version in (1, 2, 3):
        with open(path(f"version{version}.npy"), "wb") as file:
            np.lib.format.write_array(file, np.arange(6, dtype=np.float64).reshape(2, 3), version=(version, 0))
        note(f"version{version}.npy", {"array": np.arange(6.0).reshape(2, 3)})
    with zipfile.ZipFile(path("zip64.npz"), "w") as archive:
        with archive.open("a.npy", "w", force_zip64=True) as file:
            np.lib.format.write_array(file, np.arange(3, dtype=np.int64))
    note("zip64.npz", {"a": np.arange(3)})
    with warnings.catch_warnings(), zipfile.ZipFile(path("twice.npz"), "w") as archive:
        warnings.simplefilter("ignore")
        for _ in range(2):
            with archive.open("a.npy", "w") as file:
                np.lib.format.write_array(file, np.arange(2))

    class Pipe(io.RawIOBase):  # what cannot seek gets data descriptors
        def __init__(self):
            self.bytes = b""

        def writable(self):
            return True

        def write(self, data):
            self.bytes += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("a.npy", "w") as file:
            np.lib.format.write_array(file, np.arange(4, dtype=np.int32))
    with open(path("descriptor.npz"), "wb") as file:
        file.write(pipe.bytes)
    note("descriptor.npz", {"a": np.arange(4)})


def safetensors_files():
    types = {k: v.clone() for k, v in typed_tensors().items() if k != "c128"}
    every = torch.arange(256, dtype=torch.uint8)
    for name in ["float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu"]:
        types["all_" + name] = every.clone().view(getattr(torch, name))
    safetensors.torch.save_file(types, path("types.safetensors"), metadata={"format": "pt", "text": "a \"b\""})
    note("types.safetensors", types)
    os.makedirs(path("shards"), exist_ok=True)
    state = network().state_dict()
    names = sorted(state)
    files = {}
    for index, part in enumerate([names[:4], names[4:]]):
        file = f"model-0000{index + 1}-of-00002.safetensors"
        safetensors.torch.save_file({name: state[name] for name in part}, path("shards/" + file))
        files |= {name: file for name in part}
    with open(path("shards/model.safetensors.index.json"), "w") as file:
        json.dump({"metadata": {"total_size": 200, "share": 0.5, "shared": True}, "weight_map": files}, file, indent=2)
    note("shards", state)


def gguf_files():
    rng = np.random.default_rng(3)
    writer = gguf.GGUFWriter(path("types.gguf"), "llama")
    writer.add_name("small")
    writer.add_block_count(2)
    writer.add_float32("test.float", 0.5)
    writer.add_float64("test.double", 0.25)
    writer.add_bool("test.bool", True)
    writer.add_uint64("test.large", (1 << 63) + 5)
    writer.add_int8("test.int8", -5)
    writer.add_int16("test.int16", -500)
    writer.add_int64("test.int64", -(1 << 40))
    writer.add_token_list(["<s>", "a", "\u00e9"])
    writer.add_token_scores([0.0, -1.0, -2.0])
    writer.add_chat_template("{{ messages }}")
    writer.add_array("test.nested", [[1, 2], [3]])
    kinds = gguf.GGMLQuantizationType
    tensors = {}
    plain = rng.standard_normal((3, 64)).astype(np.float32)
    for name, dtype in [("f32", np.float32), ("f16", np.float16), ("f64", np.float64)]:
        writer.add_tensor(name, plain.astype(dtype))
        tensors[name] = plain.astype(dtype)
    for name, dtype in [("i8", np.int8), ("i16", np.int16), ("i32", np.int32), ("i64", np.int64)]:
        writer.add_tensor(name, np.arange(6).reshape(2, 3).astype(dtype))
        tensors[name] = np.arange(6).reshape(2, 3).astype(dtype)
    bf16 = gguf.quantize(plain, kinds.BF16)
    writer.add_tensor("bf16", bf16, raw_dtype=kinds.BF16)
    tensors["bf16"] = gguf.dequantize(bf16, kinds.BF16)
    for kind in [kinds.Q4_0, kinds.Q4_1, kinds.Q5_0, kinds.Q5_1, kinds.Q8_0]:
        raw = gguf.quantize(plain, kind)
        writer.add_tensor(kind.name.lower(), raw, raw_dtype=kind)
        tensors[kind.name.lower()] = gguf.dequantize(raw, kind)
    # gguf quantizes no K blocks: blocks of any bytes, with scales that are small numbers.
    for kind, scales in [(kinds.Q2_K, [80, 82]), (kinds.Q3_K, [108]), (kinds.Q4_K, [0, 2]), (kinds.Q5_K, [0, 2]),
                         (kinds.Q6_K, [208])]:
        size = gguf.GGML_QUANT_SIZES[kind][1]
        raw = rng.integers(0, 256, (2, 2 * size), dtype=np.uint8)
        for block in range(2):
            for row in range(2):
                for place in scales:
                    half = np.array([rng.standard_normal() / 8], np.float16).view(np.uint8)
                    raw[row, block * size + place: block * size + place + 2] = half
        writer.add_tensor(kind.name.lower(), raw, raw_dtype=kind)
        tensors[kind.name.lower()] = gguf.dequantize(raw, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    note("types.gguf", tensors)


if __name__ == "__main__":
    torch_files()
    exported_file()
    hostile_files()
    numpy_files()
    safetensors_files()
    gguf_files()
    with open(path("values.json"), "w") as file:
        json.dump(values, file, separators=(",", ":"))
        file.write("\n")

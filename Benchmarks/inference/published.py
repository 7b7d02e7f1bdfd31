"""Models that packages bring along, copied to a folder with inputs of usual sizes beside them: cases for `compare`.

usage: published.py FOLDER [WHEEL...]

WHEEL is a file as `pip download --no-deps silero-vad==6.2.3 magika==1.0.3 rapidocr-onnxruntime==1.4.4` leaves it.
"""
import pathlib
import sys
import zipfile

import numpy
import onnx
from safetensors.numpy import save_file

# Sizes that a model leaves open: of the input of this name, in the file whose name has this part.
SIZES = {
    ("silero_vad", "input"): (1, 576), ("silero_vad", "state"): (2, 1, 128), ("sequence", "input"): (32, 576),
    ("magika", "bytes"): (1, 2048), ("det_infer", "x"): (1, 3, 640, 640), ("rec_infer", "x"): (1, 3, 48, 320),
    ("cls_infer", "x"): (1, 3, 48, 192),
}


def value(name, declared, random):
    """An input: sounds and pictures around 0, bytes for whole numbers; a rate of samples for a single number."""
    tensor = declared.type.tensor_type
    sizes = tuple(size.dim_value for size in tensor.shape.dim)
    for (part, input_name), stated in SIZES.items():
        if part in name and declared.name == input_name:
            sizes = stated
    if tensor.elem_type == onnx.TensorProto.FLOAT:
        return (random.standard_normal(sizes) * 0.1).astype(numpy.float32)
    kind = onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type)
    return random.integers(0, 256, sizes).astype(kind) if sizes else numpy.array(16000, kind)


def main():
    folder, random = pathlib.Path(sys.argv[1]), numpy.random.default_rng(0)
    folder.mkdir(parents=True, exist_ok=True)
    for wheel in sys.argv[2:]:
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                if not member.endswith(".onnx"):
                    continue
                name = member.split("/")[0] + "." + member.split("/")[-1].removesuffix(".onnx")
                content = archive.read(member)
                (folder / f"{name}.onnx").write_bytes(content)
                graph = onnx.load_from_string(content).graph
                inner = {tensor.name for tensor in graph.initializer}
                inputs = {one.name: value(name, one, random) for one in graph.input if one.name not in inner}
                save_file(inputs, folder / f"{name}.safetensors")
                print(folder / f"{name}.onnx")


if __name__ == "__main__":
    main()

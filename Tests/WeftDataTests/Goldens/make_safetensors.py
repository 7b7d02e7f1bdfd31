"""Writes python.safetensors: every type that Weft has, as the `safetensors` package (0.8.0) writes it.

    python make_safetensors.py        (with torch and safetensors)
"""
import pathlib

import torch
from safetensors.torch import save_file

values = torch.arange(6).reshape(2, 3)
types = {"f32": torch.float32, "f64": torch.float64, "f16": torch.float16, "bf16": torch.bfloat16, "i8": torch.int8,
         "u8": torch.uint8, "i32": torch.int32, "i64": torch.int64, "bool": torch.bool, "i16": torch.int16,
         "u16": torch.uint16, "u32": torch.uint32, "u64": torch.uint64}
tensors = {name: values.to(dtype) for name, dtype in types.items()}
tensors |= {"scalar": torch.tensor(0.5), "empty": torch.zeros(0, 5)}
save_file(tensors, pathlib.Path(__file__).parent / "python.safetensors",
          metadata={"format": "np", "text": 'a "b" \U0001F9F5'})

"""Writes the small files that fuzzing begins with, where the tests have none: sounds, arrays, pickles, templates,
vocabularies, regular expressions, settings of models.

    python Tests/Fuzzing/Seeds/make_seeds.py

The pickles and the templates are those in the golden files of WeftIOTests and WeftTextTests.
"""
import base64
import gzip
import json
import os
import struct
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(os.path.dirname(HERE))


def write(parser, name, content):
    os.makedirs(os.path.join(HERE, parser), exist_ok=True)
    with open(os.path.join(HERE, parser, name), "wb") as file:
        file.write(content)


def chunk(name, content):
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def wav(code, bits, channels, frames, extended=False):
    width = bits // 8 * channels
    head = struct.pack("<HHIIHH", 0xFFFE if extended else code, channels, 8000, 8000 * width, width, bits)
    if extended:
        head += struct.pack("<HHIH", 22, bits, 3, code) + bytes.fromhex("000000001000800000aa00389b71")
    data = bytes((37 * place + 11) % 256 for place in range(frames * width))
    if code == 3:
        data = struct.pack("<%d%s" % (frames * channels, "f" if bits == 32 else "d"),
                           *[(place % 7 - 3) / 4 for place in range(frames * channels)])
    body = b"WAVE" + chunk(b"fmt ", head) + chunk(b"LIST", b"INFOISFT\4\0\0\0weft") + chunk(b"data", data)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def idx(code, form, shape):
    count = 1
    for size in shape:
        count *= size
    values = struct.pack(">%d%s" % (count, form), *[place % 100 for place in range(count)])
    return struct.pack(">BBBB", 0, 0, code, len(shape)) + struct.pack(">%dI" % len(shape), *shape) + values


def write_vocabularies():
    ranks = [bytes([byte]) for byte in b"Helo wrd,12'tn\n"] + [b"He", b"ll", b"Hell", b"Hello", b" w", b"or", "ö".encode()]
    lines = [base64.b64encode(token) + b" %d\n" % rank for rank, token in enumerate(ranks)]
    write("tiktoken", "small.tiktoken", b"".join(lines))
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "hello", "world", "##ld", "w", "##o", "##r", ",", "1", "##2",
             "don", "'", "t"]
    write("wordpiece", "small.txt", "\n".join(words).encode() + b"\n")
    letters = list("Helo wrd12'tn") + ["Ġ", "He", "ll", "Hell", "<s>"]
    rows = ["%s\t0\t%d" % (token, 3 if token == "<s>" else 1) for token in letters]
    write("gguf-tokenizer", "gpt2", "\n".join(["gpt2", "smollm", "17 17 17"] + rows + ["", "H e", "l l", "He ll"]).encode())
    pieces = [("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3)] + [("<0x%02X>" % byte, 0, 6) for byte in range(32, 48)]
    pieces += [(token, -float(place), 1) for place, token in enumerate(["\u2581", "H", "e", "l", "o", "\u2581w", "or"])]
    for model in ["llama", "t5"]:
        rows = ["%s\t%g\t%d" % piece for piece in pieces]
        write("gguf-tokenizer", model, "\n".join([model, "default", "1 2 0"] + rows).encode())
    rows = ["%s\t0\t%d" % (word, 3 if word[0] == "[" else 1) for word in words]
    write("gguf-tokenizer", "bert", "\n".join(["bert", "", "2 3 1"] + rows).encode())


PATTERNS = [
    (r"(\W|^)[\w.\-]{0,25}@(yahoo|gmail)\.com(\W|$)", "account@gmail.com"),
    (r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", "don't"),
    (r"[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]", " 123"),
    (r"(?i:ab|c*?d)+(?<=d)(?=.)[^a-f[:digit:]]\b", "abdz"), (r"(a*)*b", "aaaaaaaaaaaaaaaac"),
]


def write_settings():
    common = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16,
              "vocab_size": 32, "max_position_embeddings": 16}
    for name, more in [
            ("llama", {"num_key_value_heads": 1, "rope_theta": 10000.0, "rms_norm_eps": 1e-5,
                       "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
                                        "high_freq_factor": 4.0, "original_max_position_embeddings": 8}}),
            ("qwen3", {"head_dim": 4, "num_key_value_heads": 2, "layer_types": ["full_attention"]}),
            ("gemma3_text", {"head_dim": 4, "sliding_window": 8, "query_pre_attn_scalar": 4}),
            ("bert", {"type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu", "id2label": {"0": "a", "1": "b"}}),
            ("modernbert", {"global_attn_every_n_layers": 3, "local_attention": 8}),
            ("vit", {"image_size": 8, "patch_size": 4, "num_channels": 3}),
            ("whisper", {"d_model": 8, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2,
                         "decoder_attention_heads": 2, "num_mel_bins": 8})]:
        write("config", name + ".json", json.dumps(dict(common, model_type=name, **more)).encode())
    write("shards", "plain.json", b'{"metadata":{"total_size":10},"weight_map":{"a":"one.safetensors","b":"one.safetensors"}}')
    write("shards", "missing.json", b'{"weight_map":{"a":"two.safetensors"}}')
    write("shards", "parent.json", b'{"weight_map":{"a":"../one.safetensors"}}')


def write_requests():
    chat = {"model": "m", "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "1 + 1?"}]},
        {"role": "assistant", "content": None, "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "add", "arguments": '{"a": [1, 2.5e3]}'}}]},
        {"role": "tool", "tool_call_id": "a", "content": "2"}],
        "tools": [{"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}],
        "tool_choice": "auto", "chat_template_kwargs": {"enable_thinking": False}}
    write("chat", "tools.json", json.dumps(chat).encode())
    write("chat", "escapes.json", json.dumps({"messages": [{"role": "user", "content": "ö \U0001F600 \n"}]}).encode())
    flat = {"inputs": [{"name": "x", "datatype": "FP32", "shape": [2, 2], "data": [1, 2.5, -3, 4e2]},
                       {"name": "y", "datatype": "BOOL", "shape": [2], "data": [True, 0]}]}
    nested = {"inputs": [{"name": "x", "datatype": "INT64", "shape": [2, 1], "data": [[1], [2]]}]}
    binary = json.dumps({"inputs": [{"name": "x", "datatype": "FP32", "shape": [2],
                                     "parameters": {"binary_data_size": 8}}]}).encode()
    write("inference", "flat", b"\xff\xff" + json.dumps(flat).encode())
    write("inference", "nested", b"\xff\xff" + json.dumps(nested).encode())
    write("inference", "binary", struct.pack("<H", len(binary)) + binary + struct.pack("<ff", 1, 2))
    parts = [b'Content-Disposition: form-data; name="model"\r\n\r\nwhisper',
             b'Content-Type: audio/wav\r\ncontent-disposition: form-data; filename="a;b.wav"; name=file\r\n\r\nRIFF\0\0']
    body = b"".join(b"--line\r\n" + part + b"\r\n" for part in parts) + b"--line--\r\n"
    write("form", "two", b'multipart/form-data; boundary="line"\n' + body)
    write("form", "none", b"multipart/form-data; boundary=line\n--line--\r\n")


def write_models():
    """Models of one node each; wants the package onnx."""
    from onnx import TensorProto, helper

    texts, floats, bytes_ = TensorProto.STRING, TensorProto.FLOAT, TensorProto.UINT8

    def model(name, node, inputs, output, domain=""):
        given = ["x%d" % place for place in range(len(inputs))]
        made = helper.make_node(node.pop("op"), given, node.pop("outputs", ["y"]), domain=domain, **node)
        values = [helper.make_tensor_value_info(*value) for value in zip(given, *zip(*inputs))]
        graph = helper.make_graph([made], "g", values, [helper.make_tensor_value_info("y", *output)])
        opsets = [helper.make_opsetid("", 25), helper.make_opsetid("ai.onnx.ml", 4)]
        write("onnx-run", name + ".onnx", helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString())

    model("split", {"op": "StringSplit", "delimiter": ".", "maxsplit": 2, "outputs": ["y", "n"]}, [(texts, [4])],
          (texts, None))
    model("join", {"op": "StringConcat"}, [(texts, [2, 1]), (texts, [3])], (texts, None))
    model("regex", {"op": "RegexFullMatch", "pattern": r"[A-Z]\w+( two)?"}, [(texts, [3])], (TensorProto.BOOL, None))
    model("words", {"op": "StringNormalizer", "case_change_action": "UPPER", "stopwords": ["One two", ""]},
          [(texts, [1, 4])], (texts, None))
    model("labels", {"op": "LabelEncoder", "keys_strings": ["One two", "zwei.drei"], "values_int64s": [5, 7]},
          [(texts, [4])], (TensorProto.INT64, None), "ai.onnx.ml")
    model("cast", {"op": "Cast", "to": texts}, [(floats, [2])], (texts, None))
    model("equal", {"op": "Equal"}, [(texts, [4]), (texts, [1])], (TensorProto.BOOL, None))
    model("gather", {"op": "Gather", "axis": 0}, [(texts, [3]), (TensorProto.INT64, [2])], (texts, None))
    model("grams", {"op": "TfIdfVectorizer", "mode": "TF", "min_gram_length": 1, "max_gram_length": 2, "max_skip_count": 1,
                    "ngram_counts": [0, 2], "ngram_indexes": [0, 1, 2], "pool_strings": ["One two", "", "", "é"]},
          [(texts, [4])], (floats, None))
    model("attention", {"op": "Attention", "is_causal": 1, "left_window_size": 1},
          [(floats, [1, 2, 3, 2])] * 3, (floats, None))
    model("convolution", {"op": "ConvInteger", "pads": [1, 1, 1, 1]},
          [(bytes_, [1, 2, 4, 3]), (bytes_, [3, 2, 3, 3]), (bytes_, []), (bytes_, [])], (TensorProto.INT32, None))


def main():
    write_models()
    write_requests()
    write_vocabularies()
    write_settings()
    for number, (pattern, text) in enumerate(PATTERNS):
        write("pattern", "%d" % number, (pattern + "\n" + text).encode())
    for code, bits in [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64)]:
        write("wav", f"{code}.{bits}.wav", wav(code, bits, 1 + bits % 3, 9))
    write("wav", "extended.wav", wav(1, 16, 2, 9, extended=True))
    for code, form, shape in [(8, "B", (2, 3, 3)), (9, "b", (5,)), (11, "h", (2, 2)), (12, "i", (3,)), (13, "f", (2, 2)),
                              (14, "d", (1, 2))]:
        write("idx", f"{code}.idx", idx(code, form, shape))
    write("idx", "labels.idx.gz", gzip.compress(idx(8, "B", (30,)), mtime=0))
    goldens = os.path.join(TESTS, "WeftIOTests", "Goldens")
    for name in ["state", "views", "nested", "script", "protocol4", "protocol5", "single", "attack", "big_endian"]:
        with zipfile.ZipFile(os.path.join(goldens, name + ".pt")) as archive:
            for member in archive.namelist():
                if member.endswith("/data.pkl"):
                    write("torch", name + ".pkl", archive.read(member))
    with open(os.path.join(TESTS, "WeftTextTests", "Templates", "Goldens", "templates.json")) as file:
        templates = json.load(file)
    for name, family in templates["families"].items():
        write("template", name + ".jinja", family["template"].encode())
    for number, snippet in enumerate(templates["snippets"][::20]):
        write("template", f"{number}.jinja", snippet["t"].encode())


if __name__ == "__main__":
    main()

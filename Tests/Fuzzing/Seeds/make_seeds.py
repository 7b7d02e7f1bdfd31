"""Writes the small files that fuzzing begins with, where the tests have none: sounds, arrays, pickles, templates.

    python Tests/Fuzzing/Seeds/make_seeds.py

The pickles and the templates are those in the golden files of WeftIOTests and WeftTextTests.
"""
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


def main():
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

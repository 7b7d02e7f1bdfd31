#!/usr/bin/env python3
"""Writes cifar/test_batch: two images as Python 2 pickled them, step by step, since no Python 2 is at hand.

    python make_cifar.py      # NumPy reads it back: pickle.load(file, encoding="bytes")
"""
import os
import struct

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cifar", "test_batch")


def text(value):
    return b"U" + bytes([len(value)]) + value


def number(value):
    return b"K" + bytes([value])


def batch(labels, colors):
    data = b"".join(bytes([value]) * 1024 for color in colors for value in color)
    dtype = (b"cnumpy\ndtype\n" + text(b"u1") + number(0) + number(1) + b"\x87R("
             + number(3) + text(b"|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff" + number(0) + b"tb")
    array = (b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n" + number(0) + b"\x85" + text(b"b") + b"\x87R("
             + number(1) + number(len(labels)) + b"M\x00\x0c\x86" + dtype + b"\x89T" + struct.pack("<i", len(data))
             + data + b"tb")
    names = b"](" + b"".join(text(b"a.png") for _ in labels) + b"e"
    return (b"\x80\x02}(" + text(b"batch_label") + text(b"testing batch 1 of 1")
            + text(b"labels") + b"](" + b"".join(number(label) for label in labels) + b"e"
            + text(b"data") + array + text(b"filenames") + names + b"u.")


def main():
    os.makedirs(os.path.dirname(PATH), exist_ok=True)
    with open(PATH, "wb") as file:
        file.write(batch([3, 8], [(255, 0, 127), (1, 2, 3)]))


if __name__ == "__main__":
    main()

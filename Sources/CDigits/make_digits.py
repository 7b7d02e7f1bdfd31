"""Writes digits.bin: 1,797 records of 64 pixel bytes (row by row, 0 to 16) and 1 label byte.

Needs scikit-learn, which carries a copy of the data set:

    python3 -m venv .venv && .venv/bin/pip install scikit-learn
    .venv/bin/python Sources/CDigits/make_digits.py
"""

import pathlib

from sklearn.datasets import load_digits

SAMPLES, PIXELS = 1797, 64


def records():
    digits = load_digits()
    assert digits.data.shape == (SAMPLES, PIXELS), digits.data.shape
    for image, label in zip(digits.data, digits.target):
        pixels = [int(value) for value in image]
        assert all(0 <= pixel <= 16 for pixel in pixels) and list(image) == pixels
        assert 0 <= label <= 9
        yield bytes(pixels + [int(label)])


def main():
    path = pathlib.Path(__file__).with_name("digits.bin")
    path.write_bytes(b"".join(records()))
    assert path.stat().st_size == SAMPLES * (PIXELS + 1)
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()

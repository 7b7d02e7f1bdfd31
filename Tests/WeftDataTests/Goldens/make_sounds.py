#!/usr/bin/env python3
"""Writes sounds/sounds.json: filters and spectra as librosa makes them, a sound resampled by torchaudio's formula.

    python make_sounds.py      # librosa 0.11, SciPy for the cosine transform
"""
import json
import math
import os

import librosa
import numpy as np
import scipy.fft

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sounds")


def tone(count, rate):
    t = np.arange(count) / rate
    return (0.5 * np.sin(2 * np.pi * 440 * t) + 0.25 * np.cos(2 * np.pi * 1234.5 * t * (1 + t))).astype(np.float32)


def resampled(wave, old, new, zeros=6, rolloff=0.99):
    """torchaudio.functional.resample, written out in float64."""
    divisor = math.gcd(old, new)
    old, new = old // divisor, new // divisor
    base = min(old, new) * rolloff
    width = math.ceil(zeros * old / base)
    index = np.arange(-width, width + old)[None] / old
    t = (np.arange(0, -new, -1)[:, None] / new + index) * base
    t = t.clip(-zeros, zeros)
    window = np.cos(t * np.pi / zeros / 2) ** 2
    kernels = np.sinc(t) * window * base / old
    padded = np.pad(wave.astype(np.float64), (width, width + old))
    rows = [kernels @ padded[start:start + kernels.shape[1]] for start in range(0, len(wave) + 1, old)
            if start + kernels.shape[1] <= len(padded)]
    return np.concatenate(rows)[:math.ceil(new * len(wave) / old)]


def main():
    os.makedirs(FOLDER, exist_ok=True)
    wave = tone(600, 8000)
    slaney = librosa.feature.melspectrogram(
        y=wave, sr=8000, n_fft=128, hop_length=40, n_mels=12, pad_mode="reflect")
    htk = librosa.feature.melspectrogram(
        y=wave, sr=8000, n_fft=128, hop_length=40, n_mels=12, pad_mode="reflect", htk=True, norm=None, fmin=50,
        fmax=3500, power=1)
    levels = librosa.power_to_db(slaney)
    result = {
        "wave": wave.tolist(),
        "slaney": slaney.tolist(),
        "htk": htk.tolist(),
        "decibels": levels.tolist(),
        "cepstrum": scipy.fft.dct(levels, axis=0, type=2, norm="ortho")[:5].tolist(),
        "down": resampled(wave, 8000, 3000).tolist(),
        "up": resampled(wave, 8000, 11025).tolist(),
    }
    short = lambda x: [short(y) for y in x] if isinstance(x, list) else float(f"{x:.7g}")
    with open(os.path.join(FOLDER, "sounds.json"), "w") as file:
        json.dump({name: short(value) for name, value in result.items()}, file)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes images/*: small pictures, and what Pillow makes of them, as PNG files, which lose nothing.

    python make_images.py      # Pillow 13.0.0, NumPy 2.4
"""
import math
import os

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "images")


def save(image, name, **options):
    image.save(os.path.join(FOLDER, name), **options)


def picture():
    """Slopes, an edge and some noise, 37x29: no side is a multiple of what codecs cut images into."""
    y, x = np.mgrid[0:29, 0:37]
    noise = np.random.default_rng(7).integers(-20, 20, (29, 37, 3))
    color = np.stack([x * 6.5, y * 8.5, 255 - x * 3 - y * 3], -1) + noise
    color[8:20, 10:22] = [230, 40, 60]
    return Image.fromarray(color.clip(0, 255).astype(np.uint8))


def jpegs(photo):
    save(photo, "photo.jpg", quality=90)
    save(photo, "fine.jpg", quality=95, subsampling=0)
    save(photo.convert("L"), "gray.jpg", quality=85)
    save(photo, "progressive.jpg", quality=80, progressive=True)
    save(photo.convert("CMYK"), "print.jpg", quality=95)
    for orientation in (1, 2, 3, 4, 5, 6, 7, 8):
        exif = Image.Exif()
        exif[0x112] = orientation
        save(photo, f"exif{orientation}.jpg", quality=60, exif=exif)
    for name in ["photo", "fine", "gray", "progressive", "print", *(f"exif{n}" for n in range(2, 9))]:
        image = Image.open(os.path.join(FOLDER, name + ".jpg"))
        save(ImageOps.exif_transpose(image).convert("RGB"), name + ".decoded.png")


def resized(photo):
    filters = {"nearest": 0, "box": 4, "bilinear": 2, "bicubic": 3, "lanczos": 1}
    for name, number in filters.items():
        # Of the second Pillow resamples the columns first, of the others the rows.
        for width, height in [(13, 11), (61, 20), (20, 40)]:
            save(photo.resize((width, height), number), f"{name}.{width}x{height}.png")


def inverse_matrix(angle, shift, scale, shear, center):
    """Where the pixels come from, as torchvision composes it."""
    turn, shear_x, shear_y = (math.radians(v) for v in (angle, *shear))
    forward = np.array([
        [math.cos(turn - shear_y) / math.cos(shear_y),
         -math.cos(turn - shear_y) * math.tan(shear_x) / math.cos(shear_y) - math.sin(turn)],
        [math.sin(turn - shear_y) / math.cos(shear_y),
         -math.sin(turn - shear_y) * math.tan(shear_x) / math.cos(shear_y) + math.cos(turn)]]) * scale
    inverse = np.linalg.inv(forward)
    origin = np.array(center) - inverse @ (np.array(center) + np.array(shift))
    return [*inverse[0], origin[0], *inverse[1], origin[1]]


def changed(photo):
    center = (photo.width / 2, photo.height / 2)
    matrix = inverse_matrix(30, (2, -3), 0.8, (10, 5), center)
    save(photo.transform(photo.size, Image.AFFINE, matrix, Image.BILINEAR, fillcolor=(9, 9, 9)), "affine.png")
    save(photo.rotate(-25, Image.BILINEAR), "rotated.png")
    save(ImageEnhance.Brightness(photo).enhance(1.4), "brightness.png")
    save(ImageEnhance.Contrast(photo).enhance(0.6), "contrast.png")
    save(ImageEnhance.Color(photo).enhance(1.7), "saturation.png")


def main():
    os.makedirs(FOLDER, exist_ok=True)
    photo = picture()
    save(photo, "photo.png")
    jpegs(photo)
    resized(photo)
    changed(photo)


if __name__ == "__main__":
    main()

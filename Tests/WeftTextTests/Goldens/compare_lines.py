#!/usr/bin/env python3
"""Compares Weft with Hugging Face's `tokenizers` on the lines of files: compare_lines.py TOKENIZER.json FILE...

Writes the lines and a digest of what `tokenizers` makes of each, and prints the command that compares Weft with them.
Needs: pip install tokenizers==0.22.2
"""

import json
import sys
import tempfile

from tokenizers import Tokenizer


def digest(encoding):
    value = 0xCBF29CE484222325
    rows = zip(
        encoding.ids, encoding.type_ids, encoding.offsets, encoding.word_ids, encoding.special_tokens_mask, encoding.tokens
    )
    for id, type_id, (start, end), word, special, token in rows:
        for part in (id, type_id, start, end, -1 if word is None else word, special, token):
            for byte in str(part).encode() + b"\xff":
                value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:x}"


def main():
    tokenizer = Tokenizer.from_file(sys.argv[1])
    lines = [line for name in sys.argv[2:] for line in open(name, encoding="utf-8", errors="ignore").read().split("\n")]
    path = tempfile.mktemp(suffix=".json")
    json.dump(lines, open(path, "w"))
    with open(path + ".digests", "w") as file:
        file.writelines(digest(tokenizer.encode(line)) + "\n" for line in lines)
    print(f"WEFT_TOKENIZER={sys.argv[1]} WEFT_TOKENIZER_LINES={path} swift test --filter TokenizerLineTests")


if __name__ == "__main__":
    main()

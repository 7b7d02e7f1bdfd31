#!/usr/bin/env python3
"""Writes Sources/CUnicode/tables.c: what WeftText knows of Unicode.

Each step of the tokenizers library follows another version of Unicode (its regular expressions 17, its normal forms 12,
its categories of marks and punctuation 8 or 9), so the tables are not those of one version: every property is asked of
the step that it is used in, one scalar after the other. Only canonical combining classes and case folding, which never
change for a scalar that has them, come from Python's own `unicodedata`, and the former are checked by reordering.

Needs: pip install tokenizers==0.22.2
"""

import pathlib
import unicodedata

from tokenizers import Regex, normalizers, pre_tokenizers

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Sources" / "CUnicode"
SCALARS = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]
CATEGORIES = (
    "Cn Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co Cs".split()
)
SCRIPTS = (
    "Han Hiragana Katakana Latin Greek Cyrillic Arabic Hebrew Thai Hangul Devanagari Armenian Georgian Bengali Tamil "
    "Lao Tibetan Myanmar Khmer Ethiopic Bopomofo Common Inherited Alphabetic Uppercase Lowercase White_Space Emoji "
    "Extended_Pictographic"
).split()


def matched(pattern):
    """The scalars that a pattern of Oniguruma's matches."""
    split = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    return pieces_of(split)


def pieces_of(splitter):
    found = set()
    for start in range(0, len(SCALARS), 65536):
        for piece, _ in splitter.pre_tokenize_str("".join(SCALARS[start : start + 65536])):
            found.update(piece)
    return found


def removed_by(normalizer):
    return {c for c in SCALARS if normalizer.normalize_str(c) == ""}


def split_at(splitter):
    """The scalars that a pre-tokenizer puts on their own."""
    return {c for c in SCALARS if len(splitter.pre_tokenize_str("a" + c)) == 2}


def properties():
    """For each scalar its category and flags, in the order of the enumeration in unicode_tables.h."""
    value = {c: 0 for c in SCALARS}
    for index, category in enumerate(CATEGORIES[1:-1], start=1):
        for c in matched(r"\p{%s}+" % category):
            value[c] = index
    bert = {"clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False}
    flags = [
        matched(r"\s+"),
        matched(r"\w+"),
        pieces_of(pre_tokenizers.Whitespace()) - (set(SCALARS) - rust_word()),
        set(SCALARS) - pieces_of(pre_tokenizers.WhitespaceSplit()),
        split_at(pre_tokenizers.Digits(individual_digits=True)),
        {c for c in SCALARS if pre_tokenizers.Punctuation("removed").pre_tokenize_str(c) == []},
        removed_by(normalizers.StripAccents()),
        removed_by(normalizers.BertNormalizer(**{**bert, "strip_accents": True})),
        removed_by(normalizers.BertNormalizer(**{**bert, "clean_text": True})),
    ]
    for bit, members in enumerate(flags):
        for c in members:
            value[c] |= 1 << (5 + bit)
    return value


def rust_word():
    """What `\\w` is in `\\w+|[^\\w\\s]+`: two words touch only where one is of it and the other is not."""
    splitter = pre_tokenizers.Whitespace()
    return {c for c in SCALARS if len(splitter.pre_tokenize_str("a" + c)) == 1 and splitter.pre_tokenize_str(c)}


def scripts_of_split():
    """A number for each scalar, by the classes of the pre-tokenizer UnicodeScripts; 0 is its `Any`."""
    splitter = pre_tokenizers.UnicodeScripts()
    value, representatives, previous = {}, [], None
    for c in SCALARS:
        if splitter.pre_tokenize_str(c) == []:
            value[c] = 0
            continue
        if previous and len(splitter.pre_tokenize_str(previous + c)) == 1:
            value[c] = value[previous]
        else:
            same = [i for i, r in enumerate(representatives, start=1) if len(splitter.pre_tokenize_str(r + c)) == 1]
            if not same:
                representatives.append(c)
            value[c] = same[0] if same else len(representatives)
        previous = c
    return value


def combining_classes():
    """Canonical combining classes as the normal forms have them, found by what they reorder."""
    nfd = normalizers.NFD()
    value = {}
    for c in SCALARS:
        known = unicodedata.combining(c)
        moves = nfd.normalize_str("a\u0345" + c) != "a\u0345" + nfd.normalize_str(c) or c == "\u0345"
        decomposes = nfd.normalize_str(c) != c
        if known and not decomposes and moves:
            value[c] = known
        elif moves and not decomposes:
            raise SystemExit(f"U+{ord(c):04X} has a combining class that Python {unicodedata.unidata_version} lacks")
    return value


def decompositions():
    nfd, nfkd = normalizers.NFD(), normalizers.NFKD()
    hangul = range(0xAC00, 0xD7A4)
    canonical, compatible = {}, {}
    for c in SCALARS:
        if ord(c) in hangul:
            continue
        plain, wide = nfd.normalize_str(c), nfkd.normalize_str(c)
        if plain != c:
            canonical[c] = plain
        if wide != plain:
            compatible[c] = wide
    return canonical, compatible


def compositions(canonical):
    """Triples of first, second and composite."""
    nfc = normalizers.NFC()
    triples = []
    for c, parts in canonical.items():
        if nfc.normalize_str(parts) != c:
            continue
        first = nfc.normalize_str(parts[:-1])
        assert len(first) == 1, (c, parts)
        triples.append((ord(first), ord(parts[-1]), ord(c)))
    return sorted(triples)


def lowercases():
    lower = normalizers.Lowercase()
    return {c: lower.normalize_str(c) for c in SCALARS if lower.normalize_str(c) != c}


def runs(value, default=0):
    """Where a value changes, and to what."""
    result, last = [], None
    for code in range(0x110000):
        now = value.get(chr(code), default)
        if now != last:
            result.append((code, now))
            last = now
    return result


def array(kind, name, numbers):
    lines, line = [], "  "
    for number in numbers:
        text = f"{number},"
        if len(line) + len(text) > 118:
            lines.append(line)
            line = "  "
        line += text
    lines.append(line)
    numbers = len(numbers)
    body = "\n".join(lines)
    table = {"uint32_t": "weft_table", "uint16_t": "weft_short_table"}[kind]
    return (
        f"static const {kind} {name}_values[] = {{\n{body}\n}};\n"
        f"struct {table} {name}(void) {{ return (struct {table}){{{name}_values, {numbers}}}; }}\n"
    )


def mapping(name, table):
    """Keys in order, where each one's expansion ends, and all expansions in a row."""
    keys, ends, pool = [], [], []
    for c in sorted(table):
        keys.append(ord(c))
        pool += [ord(x) for x in table[c]]
        ends.append(len(pool))
    return [
        array("uint32_t", f"{name}_keys", keys),
        array("uint16_t", f"{name}_ends", ends),
        array("uint32_t", f"{name}_pool", pool),
    ]


def main():
    value = properties()
    distinct = sorted(set(value.values()))
    index = {v: i for i, v in enumerate(distinct)}
    indices = {c: index[v] for c, v in value.items()}
    canonical, compatible = decompositions()
    parts = [
        "// Written by scripts/make_unicode_tables.py, which says where each table is from. Not to be edited.\n"
        '#include "unicode_tables.h"\n',
        array("uint32_t", "weft_property_values", distinct),
        array("uint32_t", "weft_property_runs", [c << 11 | v for c, v in runs(indices, index[0])]),
        array("uint32_t", "weft_class_runs", [c << 8 | v for c, v in runs(combining_classes())]),
        array("uint32_t", "weft_script_runs", [c << 8 | v for c, v in runs(scripts_of_split())]),
        *mapping("weft_canonical", canonical),
        *mapping("weft_compatible", compatible),
        *mapping("weft_lowercase", lowercases()),
        array("uint32_t", "weft_compositions", [x for triple in compositions(canonical) for x in triple]),
    ]
    folds = {c: c.casefold() for c in SCALARS if len(c.casefold()) == 1 and c.casefold() != c}
    parts.append(array("uint32_t", "weft_folds", [ord(x) for c in sorted(folds) for x in (c, folds[c])]))
    names, ends, ranges = [], [], []
    for script in SCRIPTS:
        members = matched(r"\p{%s}+" % script)
        edges = [code for code, _ in runs({c: 1 for c in members}) if code or chr(0) in members]
        ranges += edges + [0x110000] * (len(edges) % 2)
        names.append(script.replace("_", "").lower())
        ends.append(len(ranges))
    quoted = ", ".join(f'"{n}"' for n in names)
    parts.append(
        f"static const char *const names[] = {{{quoted}}};\n"
        f"int weft_set_count(void) {{ return {len(names)}; }}\n"
        "const char *weft_set_name(int index) { return names[index]; }\n"
    )
    parts += [array("uint16_t", "weft_set_ends", ends), array("uint32_t", "weft_set_ranges", ranges)]
    (FOLDER / "tables.c").write_text("\n".join(parts))


if __name__ == "__main__":
    main()

"""Renders templates with jinja2, as transformers sets it up, for the comparison with Weft's.

    python make_template_goldens.py [COUNT SEED] > templates.json

Needs jinja2 3.1.6 and transformers 5. Drawn templates: all are rendered, those with results that depend on an address
in memory, or on whole numbers beyond 64 bits, are left out.
"""

import json
import pathlib
import re
import sys
import warnings

import families
import oracle
import snippets

warnings.simplefilter("ignore")


def reproducible(result):
    # jinja2 computes a slice of a literal number or dictionary beforehand, and gives nothing instead of an error.
    if re.search(r"\((-?[\d.]+|\{[^()]*\})\)\[-?\d*:", result["t"]):
        return False
    text = result.get("ok", "")
    return len(text) < 600 and not re.search(r"0x[0-9a-f]{6}|\d{19}|<built-in|<function|<generator|<class", text)


def family_cases():
    for name, conversation in families.CONVERSATIONS.items():
        for prompt in (False, True):
            yield name, prompt, {
                "bos_token": "<s>", "eos_token": "</s>", "tools": None, "documents": None, **conversation,
                "add_generation_prompt": prompt}


def main(count=420, seed=20):
    written = [{"t": text, **oracle.rendered(text, snippets.VARIABLES)} for text in snippets.WRITTEN]
    drawn = [{"t": text, **oracle.rendered(text, snippets.VARIABLES)} for text in snippets.drawn(count, seed)]
    results = {
        name: [oracle.rendered(text, variables) for _, _, variables in family_cases()]
        for name, text in families.TEMPLATES.items()}
    whole = {
        "variables": snippets.VARIABLES, "snippets": [c for c in written + drawn if reproducible(c)],
        "conversations": [{"name": n, "prompt": p, "variables": v} for n, p, v in family_cases()],
        "families": {name: {"template": families.TEMPLATES[name], "results": results[name]} for name in families.TEMPLATES},
    }
    json.dump(whole, sys.stdout, ensure_ascii=False, separators=(",", ":"))
    print()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))

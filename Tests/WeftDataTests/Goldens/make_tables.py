#!/usr/bin/env python3
"""Writes tables/*.csv and, in tables/pandas.json, what pandas reads in them.

    python make_tables.py      # pandas 3.1.1
"""
import json
import os

import pandas

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tables")
FILES = {
    "plain.csv": (b"id,size,price,town,sold\n1,12.5,100,Ulm,true\n2,,250,\"Bad Tolz, Bayern\",false\n"
                  b"3,7,1e3,NA,true\n4,-0.25,,\"say \"\"hi\"\"\",false\n", {}),
    "german.csv": ("\ufeffGröße;Preis;Ort\r\n1,5;100;Köln\r\n2,25;;Aachen\r\n;300;\r\n".encode(),
                   {"sep": ";", "decimal": ","}),
    "tabs.tsv": (b"a\tb\ta\n1\tx y\t2\n\n3\t\"two\nlines\"\tn/a\n", {"sep": "\t"}),
    "bare.csv": (b"5|0.1|null\n6|0.2|7\n", {"sep": "|", "header": None}),
    "mixed.csv": (b"code,all,none,big\n007,1,,9007199254740993\nA7,2,,1\n,3,,2\n", {}),
}


def column(values):
    values = pandas.Series(values)
    if pandas.api.types.is_numeric_dtype(values) and not pandas.api.types.is_bool_dtype(values):
        return [None if pandas.isna(x) else float(x) for x in values]
    return [None if pandas.isna(x) else ("true" if x is True else "false" if x is False else str(x)) for x in values]


def main():
    os.makedirs(FOLDER, exist_ok=True)
    result = {}
    for name, (text, options) in FILES.items():
        path = os.path.join(FOLDER, name)
        with open(path, "wb") as file:
            file.write(text)
        frame = pandas.read_csv(path, **options)
        result[name] = [
            {"name": str(label), "values": column(frame[label].tolist() if frame[label].dtype == bool else frame[label])}
            for label in frame.columns]
    with open(os.path.join(FOLDER, "pandas.json"), "w") as file:
        json.dump(result, file, indent=1)


if __name__ == "__main__":
    main()

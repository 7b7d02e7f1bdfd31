#!/usr/bin/env python3
"""Writes small tokenizers and what Hugging Face's `tokenizers`, `sentencepiece` and `tiktoken` make of some texts.

Needs: pip install tokenizers==0.22.2 sentencepiece tiktoken
"""

import base64
import io
import json
import pathlib
import re

import sentencepiece
import tiktoken
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CL100K = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
O200K = "|".join([
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+",
])
TRAINING = [line for name in ("READING.md", "CONTRIBUTING.md") for line in (ROOT / name).read_text().splitlines()]
TRAINING += ["Ünïcödé größer straße naïve façade", "中文 日本語 カタカナ 한국어", "क्षत्रिय हिन्दी", "1234567 3.14"] * 5
TEXTS = [
    "Hello, world!", "", " ", "  two  spaces ", "The tensor's gradient isn't 3.14159, it's 12345.", "line\nline\r\n\n end",
    "Ünïcödé größer STRASSE ſ 'ſ I'LL don't", "e\u0301 a\u0328\u0301 \u0344 \u1100\u1161\u11a8 가 ﬁ ² Ⅷ İ",
    "中文字 日本語カタカナ ไทย हिन्दी العربية", "👨‍👩‍👧 🇩🇪 ☝🏽 \ufeff\u200b\u3000\u00a0x", "[CLS] <mask> <s> <|end|> can not",
    "a" * 130, "x \t\n  <mask>  y", "func f(x: [Int]) -> Int { return x.count / 2 } // done?!", "▁under ##ing Ġ <0x41> <unk>",
    "\u0085\u2028\ud7ff\ue000\U0010fffd \u0378", "A. B, C? 'D' n't do not 've", "\x00\x01\x1f\x7f\ufffd",
]


def record(encoding):
    return {
        "ids": encoding.ids,
        "types": encoding.type_ids,
        "tokens": encoding.tokens,
        "offsets": [place for pair in encoding.offsets for place in pair],
        "words": encoding.word_ids,
        "special": encoding.special_tokens_mask,
        "attention": encoding.attention_mask,
        "overflow": [part.ids for part in encoding.overflowing],
    }


def write(name, tokenizer):
    tokenizer.save(str(HERE / f"{name}.json"), pretty=False)
    cases = []
    for index, text in enumerate(TEXTS):
        pair = TEXTS[(index + 1) % len(TEXTS)]
        tokenizer.no_truncation()
        tokenizer.no_padding()
        single, double = tokenizer.encode(text), tokenizer.encode(text, pair)
        decoded = [tokenizer.decode(single.ids), tokenizer.decode(single.ids[::-1], skip_special_tokens=False)]
        tokenizer.enable_truncation(12, stride=2, direction="left" if index % 2 else "right")
        tokenizer.enable_padding(length=14, pad_id=1, pad_token="P", direction="left" if index % 3 == 0 else "right")
        cut = tokenizer.encode(text, pair)
        cases.append({"text": text, "pair": pair, "decoded": decoded, "single": record(single), "double": record(double), "cut": record(cut)})
    (HERE / f"{name}.cases.json").write_text(json.dumps(cases, ensure_ascii=True, separators=(",", ":")))


def byte_level(name, split, **model):
    tokenizer = Tokenizer(models.BPE(**model))
    tokenizer.pre_tokenizer, tokenizer.decoder = split, decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=True, add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=700, special_tokens=["<|end|>"], initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(TRAINING, trainer)
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, rstrip=name == "gpt2")])
    write(name, tokenizer)


def regex(pattern):
    last = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"), last])


def word_piece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(TRAINING, trainers.WordPieceTrainer(vocab_size=600, special_tokens=special, show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(
        "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", [("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.add_tokens([AddedToken("can not", normalized=True), AddedToken("É", normalized=True, single_word=True)])
    write("bert", tokenizer)
    vocabulary = sorted(tokenizer.get_vocab(with_added_tokens=False).items(), key=lambda item: item[1])
    (HERE / "vocab.txt").write_text("".join(f"{token}\n" for token, _ in vocabulary))


def roberta():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(add_prefix_space=True), decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=500, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(TRAINING, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    tokenizer.normalizer = normalizers.NFKC()
    write("roberta", tokenizer)


def llama():
    """Llama 2's form: no pre-tokenizer, marks of spaces by the normalizer, bytes for what is not known."""
    trained = Tokenizer(models.BPE(unk_token="<unk>"))
    trained.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    trained.train_from_iterator(TRAINING, trainers.BpeTrainer(vocab_size=800, special_tokens=special, show_progress=False))
    form = json.loads(trained.to_str())
    form["model"].update(byte_fallback=True, fuse_unk=True)
    tokenizer = Tokenizer.from_str(json.dumps(form))
    tokenizer = Tokenizer(tokenizer.model)
    tokenizer.add_special_tokens(special[:3])
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    steps = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    tokenizer.decoder = decoders.Sequence(steps)
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A", "<s> $A <s>:1 $B:1", [("<s>", 1)])
    write("llama", tokenizer)


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Replace(Regex(" {2,}"), " "), normalizers.Strip()])
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=500, unk_token="<unk>", special_tokens=["<s>", "</s>", "<unk>"], show_progress=False)
    tokenizer.train_from_iterator(TRAINING, trainer)
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", "<s> $A </s> </s> $B </s>", [("<s>", 0), ("</s>", 1)])
    write("unigram", tokenizer)


def word_level():
    tokenizer = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKD(), normalizers.Lowercase(), normalizers.Nmt()])
    parts = [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation("merged_with_next"), pre_tokenizers.Digits(True)]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(parts)
    tokenizer.train_from_iterator(TRAINING, trainers.WordLevelTrainer(vocab_size=300, special_tokens=["[UNK]"], show_progress=False))
    write("words", tokenizer)


def other_formats():
    """SentencePiece's models, tiktoken's ranks, and GPT-2's two files, with what their own libraries say."""
    cases = {}
    plain = [re.sub(r"\s+", " ", text) for text in TEXTS if "\x00" not in text and "<" not in text]
    options = {"vocab_size": 600, "minloglevel": 2, "character_coverage": 1.0}
    for kind, rule in (("unigram", "nmt_nfkc"), ("bpe", "identity")):
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(TRAINING), model_writer=model, model_type=kind, normalization_rule_name=rule,
            byte_fallback=kind == "bpe", **options)
        (HERE / f"{kind}.model").write_bytes(model.getvalue())
        processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
        cases[kind] = [[text, processor.encode(text)] for text in plain]
    form = json.loads((HERE / "cl100k.json").read_text())["model"]
    bytes_of = {character: byte for byte, character in tiktoken_alphabet().items()}
    tokens = sorted(((index, token) for token, index in form["vocab"].items() if token != "<|end|>"))
    ranks = {bytes(bytes_of[c] for c in token): rank for rank, (_, token) in enumerate(tokens)}
    lines = [f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in ranks.items()]
    (HERE / "ranks.tiktoken").write_text("".join(lines))
    encoding = tiktoken.Encoding("weft", pat_str=CL100K, mergeable_ranks=ranks, special_tokens={"<|end|>": len(ranks)})
    cases["tiktoken"] = [[text, encoding.encode(text, allowed_special="all")] for text in TEXTS]
    gpt2 = json.loads((HERE / "gpt2.json").read_text())["model"]
    (HERE / "vocab.json").write_text(json.dumps(gpt2["vocab"]))
    (HERE / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in gpt2["merges"]))
    (HERE / "formats.cases.json").write_text(json.dumps(cases, separators=(",", ":")))


def tiktoken_alphabet():
    printable = list(range(0x21, 0x7F)) + list(range(0xA1, 0xAD)) + list(range(0xAE, 0x100))
    others = [byte for byte in range(256) if byte not in printable]
    return {**{byte: chr(byte) for byte in printable}, **{byte: chr(256 + i) for i, byte in enumerate(others)}}


def main():
    byte_level("gpt2", pre_tokenizers.ByteLevel(add_prefix_space=False))
    byte_level("cl100k", regex(CL100K), ignore_merges=True)
    byte_level("o200k", regex(O200K))
    word_piece()
    roberta()
    llama()
    unigram()
    word_level()
    other_formats()


if __name__ == "__main__":
    main()

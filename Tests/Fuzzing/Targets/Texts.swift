import WeftText

extension FuzzTarget {
  private static let tokenizers = "WeftTextTests/Goldens"

  static let texts: [FuzzTarget] = [
    FuzzTarget("tokenizer", longest: 16_384, seeds: [Goldens(tokenizers, "bert.json", "gpt2.json", "unigram.json")]) {
      bytes in
      succeeds { try use(try Tokenizer(json: bytes)) }
    },
    FuzzTarget("sentencepiece", longest: 8192, seeds: [Goldens(tokenizers, "bpe.model")]) { bytes in
      succeeds {
        try use(try Tokenizer(sentencePiece: bytes, file: "file", addsBeginning: false, addsEnd: false))
      }
    },
    FuzzTarget("template", longest: 4096) { bytes in
      var limits = TemplateLimits()
      (limits.steps, limits.textBytes) = (100_000, 1 << 20)
      return succeeds {
        let template = try Template(String(decoding: bytes, as: UTF8.self), limits: limits)
        _ = succeeds { _ = try template.render(conversation) }
      }
    },
  ]

  /// Encodes a text and decodes it. It may have characters that a vocabulary lacks.
  static func use(_ tokenizer: Tokenizer) throws {
    _ = succeeds {
      let ids = try tokenizer.encode("Hello  wörld, 12 don't\n\u{1F600}", pair: "x").ids
      _ = try tokenizer.decode(ids)
    }
  }

  private static let conversation: TemplateDictionary = [
    "messages": [
      ["role": "system", "content": "Be brief."], ["role": "user", "content": "What is 1 + 1?"],
      ["role": "assistant", "content": "2", "tool_calls": [["function": ["name": "add", "arguments": ["a": 1]]]]],
    ],
    "tools": [["type": "function", "function": ["name": "add", "description": "adds"]]],
    "bos_token": "<s>", "eos_token": "</s>", "add_generation_prompt": true,
    "s": "Hello, World", "u": "Grüße, Straße ΑΣ", "e": "", "n": 7, "f": 2.5, "t": true, "l": [3, 1, 2],
    "ls": ["b", "A"],
    "d": ["b": 1, "a": "x"], "p": [["k": 1, "r": "x"], ["k": 2]],
  ]
}

import Weft

/// A layer or network of sizes given in words, as `conv:n=3,c=17,o=33,h=31,k=3,s=2`: one step of it to be timed.
/// Benchmarks/torch_cases.py reads the same words.
struct BenchCase {
  let name: String
  let kind: String
  var precision = Precision.float32
  private let sizes: [String: Int]

  /// - Throws: `CommandFailure` for words that name no case.
  init(_ name: String) throws {
    self.name = name
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    kind = String(parts[0])
    guard let defaults = Self.defaults[kind] else {
      let kinds = Self.defaults.keys.sorted().joined(separator: ", ")
      throw CommandFailure(
        "no case \(kind); there are \(kinds)" + suggestion(for: kind, among: Array(Self.defaults.keys)))
    }
    var sizes = defaults
    for word in parts.count > 1 ? parts[1].split(separator: ",") : [] {
      let pair = word.split(separator: "=", omittingEmptySubsequences: false)
      guard pair.count == 2, let value = Int(pair[1]), (0...1 << 24).contains(value) else {
        throw CommandFailure("expected NAME=NUMBER in \(name), got \(word)")
      }
      guard sizes[String(pair[0])] != nil else {
        let known = sizes.keys.sorted().joined(separator: ", ")
        throw CommandFailure(
          "\(kind) has no size \(pair[0]); it has \(known)" + suggestion(for: String(pair[0]), among: Array(sizes.keys))
        )
      }
      if value == 0, !["p", "causal", "infer"].contains(pair[0]) {
        throw CommandFailure("\(pair[0]) of \(name) must be at least 1")
      }
      sizes[String(pair[0])] = value
    }
    self.sizes = sizes
  }

  subscript(_ size: String) -> Int { sizes[size] ?? 0 }

  /// Sizes and what they are when left out. n: batch; infer: forward alone.
  private static let defaults: [String: [String: Int]] = [
    "linear": ["n": 64, "in": 256, "out": 256, "infer": 0],
    "matmul": ["b": 1, "m": 256, "k": 256, "n": 256, "infer": 1],
    "conv": [
      "n": 16, "c": 64, "o": 64, "h": 32, "k": 3, "s": 1, "p": 1, "d": 1, "g": 1, "axes": 2, "infer": 0,
    ],
    "maxpool": ["n": 16, "c": 64, "h": 32, "k": 2, "s": 2, "infer": 0],
    "batchnorm": ["n": 16, "c": 64, "h": 32, "infer": 0],
    "layernorm": ["n": 1024, "d": 256, "infer": 0],
    "softmax": ["n": 1024, "d": 256, "infer": 0],
    "gelu": ["n": 1 << 20, "infer": 0],
    "crossentropy": ["n": 1024, "d": 1000, "infer": 0],
    "embedding": ["n": 4096, "v": 10_000, "d": 256, "infer": 0],
    "attention": ["n": 8, "heads": 8, "t": 128, "d": 32, "causal": 0, "infer": 0],
    "lstm": ["n": 16, "t": 32, "d": 128, "layers": 1, "infer": 0],
    "gru": ["n": 16, "t": 32, "d": 128, "layers": 1, "infer": 0],
    "mlp": ["n": 32, "in": 64, "width": 64, "depth": 3, "infer": 0],
    "convnet": ["n": 16, "c": 32, "h": 32, "depth": 4, "infer": 0],
    "resnet": ["n": 16, "infer": 0],
    "gpt": ["n": 8, "t": 128, "d": 256, "heads": 8, "layers": 4, "infer": 0],
  ]

  var infers: Bool { self["infer"] != 0 }

  /// One step: forward, and backward to the parameters and to a real input; a network's optimizer steps too.
  /// - Throws: `TensorError` for sizes that do not fit together.
  func step() throws -> () -> Void {
    let step = try withTensorErrors {
      let step = isNetwork ? networkStep() : layerStep()
      step()  // with sizes that do not fit, this throws
      return step
    }
    return step
  }
}

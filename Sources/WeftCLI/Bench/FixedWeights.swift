import Weft

/// Weights and data that any program can compute, so that two libraries start from the same numbers without a file
/// between them: Benchmarks/agree does the same in PyTorch.
extension Workload {
  /// Replaces data and weights: each parameter is spread as it starts in PyTorch, with numbers that follow from its
  /// place among the parameters. Norms keep their ones and zeros.
  mutating func setFixedNumbers() {
    let data = FixedNumbers(seed: 0)
    let isTokens = input.dtype == .int64
    input = isTokens ? data.integers(input.shape, below: 96) : data.even(input.shape, within: 3.0.squareRoot())
    target = FixedNumbers(seed: 1000).integers(target.shape, below: isTokens ? 96 : 10)
    for (place, (name, parameter)) in model.namedParameters().enumerated() {
      let isNorm = parameter.value.scalars(as: Double.self).allSatisfy { $0 == 0 || $0 == 1 }
      if isNorm { continue }
      let isTable = name.hasPrefix("tok.") || name.hasPrefix("pos.") || name.hasPrefix("e.")
      // A table's numbers have variance 1; all others are even within 1/√fan-in.
      let bound = isTable ? 3.0.squareRoot() : 1 / Double(fanIn(name)).squareRoot()
      parameter.value = FixedNumbers(seed: place + 1).even(parameter.shape, within: bound)
    }
  }

  /// How many inputs an output of the parameter's layer has: a bias has its weight's.
  private func fanIn(_ name: String) -> Int {
    if name.hasPrefix("l.") { return 256 }
    let weight = name.hasSuffix("bias") ? String(name.dropLast(4)) + "weight" : name
    let shape = model.namedParameters().first { $0.name == weight }?.parameter.shape ?? [1, 1]
    return shape.sizes.dropFirst().reduce(1, *)
  }
}

/// Numbers from a hash of their index.
struct FixedNumbers {
  let seed: Int

  /// Even in -bound ..< bound.
  func even(_ shape: Shape, within bound: Double) -> Tensor {
    let numbers = (0..<shape.elementCount).map { (Double(hash($0)) / 0x1p31 - 1) * bound }
    return Tensor(numbers, shape: shape).converted(to: .float32)
  }

  /// Integers in 0 ..< count.
  func integers(_ shape: Shape, below count: Int) -> Tensor {
    Tensor((0..<shape.elementCount).map { Int(hash($0)) % count }, shape: shape)
  }

  /// The finalizer of MurmurHash3 (A. Appleby), of the index and the seed.
  private func hash(_ index: Int) -> UInt32 {
    var h = UInt32(truncatingIfNeeded: index) &+ UInt32(truncatingIfNeeded: seed) &* 0x9E37_79B9
    h = (h ^ (h >> 16)) &* 0x85EB_CA6B
    h = (h ^ (h >> 13)) &* 0xC2B2_AE35
    return h ^ (h >> 16)
  }
}

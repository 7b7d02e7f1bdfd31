import Testing
import WeftTensor

/// A key that is not finite reaches the queries that see it, and no others: forward and in gradients.
@Suite("Hidden keys in attention") struct AttentionLocalityTests {
  private func values(_ shape: Shape, _ dtype: DType, seed: UInt64) -> Tensor {
    Tensor(uniform: shape, low: -1, high: 1, dtype: dtype, using: RandomStream(seed: seed))
  }

  /// The rows of `tensor` [positions, features] that hold a NaN.
  private func rows(_ tensor: Tensor?) -> [Int] {
    guard let tensor else { return [-1] }
    return tensor.rows(as: Double.self).indices.filter { tensor.rows(as: Double.self)[$0].contains { $0.isNaN } }
  }

  private func spoiled(_ tensor: Tensor, at row: Int, by value: Double = .nan) -> Tensor {
    var values = tensor.rows(as: Double.self)
    values[row][1] = value
    return Tensor(values.flatMap { $0 }, shape: tensor.shape, dtype: tensor.dtype)
  }

  /// Lengths beyond the kernel's blocks of queries and keys, and within.
  @Test(arguments: [DType.float32, .float64, .bfloat16], [5, 70, 150])
  func theCausalOrderHides(_ dtype: DType, _ length: Int) {
    let (bad, shape) = (length - 2, Shape([length, 3]))
    for place in 0..<2 {
      var parts = (0..<3).map { values(shape, dtype, seed: UInt64($0 + 1)) }
      let clean = scaledDotProductAttention(query: parts[0], key: parts[1], value: parts[2], isCausal: true)
      parts[1 + place] = spoiled(parts[1 + place], at: bad)
      let leaves = parts.map { $0.requiringGrad() }
      let result = scaledDotProductAttention(query: leaves[0], key: leaves[1], value: leaves[2], isCausal: true)
      #expect(rows(result) == [bad, bad + 1])
      #expect(result[0..<bad].elementsEqual(clean[0..<bad]))
      result.sum().backward()
      #expect(rows(leaves[0].grad) == [bad, bad + 1])
      // Where no query sees it, nothing is lost.
      let again = parts.map { $0.requiringGrad() }
      scaledDotProductAttention(query: again[0][0..<bad], key: again[1], value: again[2], isCausal: true).sum()
        .backward()
      #expect(again.map { rows($0.grad) } == [[], [], []])
    }
  }

  @Test(arguments: [DType.float32, .float64], [true, false])
  func aMaskHides(_ dtype: DType, _ isBool: Bool) {
    // Query i sees the keys from i on: key 0 is seen by query 0 alone.
    let length = 100
    let sees = Tensor(arange: length).unsqueezed(0) .>= Tensor(arange: length).unsqueezed(1)
    let added = Tensor(zeros: [length, length], dtype: dtype).maskedFilled(where: .!sees, with: -Double.infinity)
    var parts = (0..<3).map { values([length, 4], dtype, seed: UInt64($0 + 11)) }
    parts[1] = spoiled(parts[1], at: 0)
    parts[2] = spoiled(parts[2], at: 0, by: .infinity)
    let leaves = parts.map { $0.requiringGrad() }
    let result = scaledDotProductAttention(
      query: leaves[0], key: leaves[1], value: leaves[2], attentionMask: isBool ? sees : added)
    #expect(rows(result) == [0])
    result.sum().backward()
    // Query 0 sees every key.
    #expect(rows(leaves[0].grad) == [0])
    let weights = attentionWeights(query: parts[0], key: parts[1], attentionMask: isBool ? sees : added)
    #expect(rows(weights) == [0])
  }

  /// A query that is not finite reaches the gradients of the keys it sees.
  @Test func aQueryReachesTheKeysItSees() {
    let (length, bad) = (90, 40)
    var parts = (0..<3).map { values([length, 4], .float32, seed: UInt64($0 + 21)) }
    parts[0] = spoiled(parts[0], at: bad)
    let leaves = parts.map { $0.requiringGrad() }
    scaledDotProductAttention(query: leaves[0], key: leaves[1], value: leaves[2], isCausal: true).sum().backward()
    #expect(rows(leaves[0].grad) == [bad])
    #expect(rows(leaves[1].grad) == Array(0...bad) && rows(leaves[2].grad) == Array(0...bad))
  }

  /// With weights in memory, as a dropout, derivatives of higher order and those who ask for the weights need them, hidden
  /// keys and values matter as little.
  @Test(arguments: [DType.float32, .float64, .bfloat16], ["causal", "bool", "added", "keys"])
  func hiddenMattersNowhere(_ dtype: DType, _ kind: String) throws {
    let length = 6
    // Query 0 sees key 0, query 1 the keys 0 and 1, ...; the last key is seen by none.
    let order = Tensor(arange: length).unsqueezed(0) .<= Tensor(arange: length - 1).unsqueezed(1)
    let sees = kind == "keys" ? Tensor([true, true, true, true, true, false]) : order
    let added = Tensor(zeros: sees.shape, dtype: dtype).maskedFilled(where: .!sees, with: -Double.infinity)
    let mask = kind == "causal" ? nil : kind == "added" ? added : sees
    let clean = [length - 1, length, length].enumerated().map { values([$1, 3], dtype, seed: UInt64($0 + 31)) }
    let spoiled = [
      clean[0], self.spoiled(clean[1], at: length - 1), self.spoiled(clean[2], at: length - 1, by: .infinity),
    ]
    func attended(_ x: [Tensor], dropout: Double) -> Tensor {
      scaledDotProductAttention(
        query: x[0], key: x[1], value: x[2], attentionMask: mask, isCausal: kind == "causal", dropout: dropout,
        using: RandomStream(seed: 7))
    }
    func all(_ parts: [Tensor]) throws -> [Tensor] {
      let leaves = parts.map { $0.requiringGrad() }
      var found: [Tensor] = []
      for rate in [0, 0.4] {
        let y = attended(leaves, dropout: rate)
        let first = try grad(of: [y.squared().sum()], with: leaves, createGraph: true).map { $0 ?? .init(zeros: []) }
        let sum = first.map { $0.squared().sum() }.reduce(0) { $0 + $1 }
        found += [y] + first + (try grad(of: [sum], with: leaves).map { $0 ?? .init(zeros: []) })
        let directions = parts.map { $0.onesLike() }
        found.append(try jvp(at: parts, along: directions) { [attended($0, dropout: rate)] }.tangents[0])
      }
      found.append(
        attentionWeights(query: parts[0], key: parts[1], attentionMask: mask, isCausal: kind == "causal"))
      return found
    }
    for (place, (found, expected)) in zip(try all(spoiled), try all(clean)).enumerated() {
      #expect(found.isClose(to: expected, relative: 0.01, absolute: 0.01), "\(kind) \(dtype), \(place)")
    }
  }

  /// Padding on the left, by an added mask under which all that a row sees is far below 0: what is hidden from it as well
  /// has no exponential that could leave the range.
  @Test func rowsFarBelowZeroHaveSecondDerivatives() throws {
    let length = 4
    let mask = Tensor([-1e9, 0, 0, 0], dtype: .float32)
    let leaves = (0..<3).map { values([length, 3], .float32, seed: UInt64($0 + 5)).requiringGrad() }
    let y = scaledDotProductAttention(
      query: leaves[0], key: leaves[1], value: leaves[2], attentionMask: mask, isCausal: true)
    let first = try grad(of: [y.squared().sum()], with: leaves, createGraph: true).map { $0 ?? .init(zeros: []) }
    let sum = first.map { $0.squared().sum() }.reduce(0) { $0 + $1 }
    for second in try grad(of: [sum], with: leaves) {
      #expect(try #require(second).isFinite().all().scalars(as: Bool.self) == [true])
    }
  }

  /// A value of ∞ that is seen stays ∞ beside a hidden NaN.
  @Test func infinityStaysWhatItIs() {
    let values = Tensor([[Double.infinity], [.nan], [-1]])
    let result = scaledDotProductAttention(
      query: Tensor([[1.0]]), key: Tensor([[1.0], [.nan], [2]]), value: values,
      attentionMask: Tensor([true, false, true]),
      dropout: 1e-9, using: RandomStream(seed: 1))
    #expect(result.item() == .infinity)
  }
}

import WeftTensor

/// Which features of a head are turned together.
public enum RotaryLayout: Sendable {
  /// 2i and 2i + 1, as in the paper.
  case interleaved
  /// i and i + d / 2, as in the Llama and GPT-NeoX models.
  case halves
}

/// Positions as rotations (Su et al., "RoFormer", 2021): at position m, pair i of a head's d features is turned by the
/// angle m · base^(-2i / d), so that the products of queries and keys depend on their distance alone. With the features
/// a and b of a pair: a ← a·cos - b·sin, b ← b·cos + a·sin.
///
/// Shape: [..., L, d] to the same, with d even: queries and keys in heads, [N, heads, L, d]. No parameters.
public final class RotaryEmbedding: Module {
  /// d, the features of a head.
  public let dim: Int
  /// How many positions have angles ready.
  public let maxPositions: Int
  /// What the angles fall by: larger for longer contexts.
  public let base: Double
  /// Which features are turned together.
  public let layout: RotaryLayout
  /// Cosines and sines of every position, [maxPositions, dim], the sines with the sign of the other feature of the
  /// pair.
  private let cosines: Tensor
  private let sines: Tensor

  /// Misuse: an odd number of features, a base that is not above 0, or a negative number of positions.
  public init(_ dim: Int, maxPositions: Int = 2048, base: Double = 10_000, layout: RotaryLayout = .halves) {
    (self.dim, self.maxPositions, self.base, self.layout) = (dim, maxPositions, base, layout)
    if dim < 2 || !dim.isMultiple(of: 2) || maxPositions < 0 || base <= 0 {
      report(
        TensorError(
          .value, operation: "RotaryEmbedding", expected: "an even number of features, positions and a base above 0",
          got: "\(dim) features, \(maxPositions) positions, base \(base)"))
    }
    let pairs = max(dim, 0) / 2
    let exponents = Tensor(arange: pairs, dtype: .float64) * (-2 / Double(max(dim, 1)))
    let frequencies = (exponents * Tensor(base, dtype: .float64).log()).exp()
    let angles = Tensor(arange: max(maxPositions, 0), dtype: .float64).unsqueezed(1) * frequencies
    let (cos, sin) = (angles.cos(), angles.sin())
    (cosines, sines) =
      switch layout {
      case .halves: (concatenated([cos, cos], axis: 1), concatenated([-sin, sin], axis: 1))
      case .interleaved:
        (stacked([cos, cos], axis: 2).flattened(from: 1), stacked([-sin, sin], axis: 2).flattened(from: 1))
      }
  }

  public override func forward(_ input: Tensor) -> Tensor { turned(input, 0) }

  /// - Parameter offset: The position of the first of the L.
  public func callAsFunction(_ input: Tensor, offset: Int = 0) -> Tensor { inPath { turned(input, offset) } }

  private func turned(_ x: Tensor, _ offset: Int) -> Tensor {
    guard x.rank >= 2, x.shape[-1] == dim, offset >= 0, x.shape[-2] <= maxPositions - offset else {
      return .failed(
        TensorError(
          .shape, operation: "RotaryEmbedding", operands: [("input", x.spec)],
          expected: "[..., positions, \(dim)] with positions up to \(maxPositions)", got: "\(x.shape) from \(offset)"))
    }
    let type: DType = x.dtype == .float64 ? .float64 : .float32
    func rows(_ table: Tensor) -> Tensor {
      table.sliced(axis: 0, from: offset, to: offset + x.shape[-2]).converted(to: type)
    }
    let y = x.converted(to: type)
    return (y * rows(cosines) + exchanged(y) * rows(sines)).converted(to: x.dtype)
  }

  /// With the features of each pair exchanged.
  private func exchanged(_ x: Tensor) -> Tensor {
    switch layout {
    case .halves: return x.rolled(by: dim / 2, axis: -1)
    case .interleaved:
      let pairs = x.reshaped(to: Shape(x.shape.dropLast() + [dim / 2, 2]))
      return pairs.flipped(axes: [-1]).reshaped(to: x.shape)
    }
  }
}

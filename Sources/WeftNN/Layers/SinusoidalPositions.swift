import WeftTensor

/// Adds waves to a sequence, by which attention tells positions apart (Vaswani et al., 2017): at position m, feature 2i
/// gets sin(m · 10000^(-2i / E)) and feature 2i + 1 the cosine; then dropout.
///
/// Shape: [L, N, E] to the same; [N, L, E] with `batchFirst`; or [L, E]. No parameters.
public final class SinusoidalPositions: Module {
  /// E, the features of a position.
  public let dim: Int
  /// The longest sequence, an offset counted in.
  public let maxPositions: Int
  /// What is applied to the sum.
  public var dropout: Dropout
  /// Whether sequences are [N, L, E] rather than [L, N, E].
  public let batchFirst: Bool
  private let table: Tensor

  /// - Parameters:
  ///   - dim: E, the features of a position.
  ///   - maxPositions: The longest sequence, an offset counted in.
  public init(_ dim: Int, maxPositions: Int = 5000, dropout: Double = 0, batchFirst: Bool = false) {
    (self.dim, self.maxPositions, self.batchFirst) = (dim, maxPositions, batchFirst)
    self.dropout = Dropout(dropout)
    table = Self.table(maxPositions, dim)
  }

  public override func forward(_ input: Tensor) -> Tensor { added(input, 0) }

  /// - Parameter offset: The position of the first of the L.
  public func callAsFunction(_ input: Tensor, offset: Int = 0) -> Tensor { inPath { added(input, offset) } }

  private func added(_ input: Tensor, _ offset: Int) -> Tensor {
    switch PositionRows.of(table, for: input, offset, batchFirst: batchFirst, layer: "SinusoidalPositions") {
    case .success(let rows): dropout(input + rows)
    case .failure(let error): .failed(error)
    }
  }

  /// The waves of the positions 0 ..< `positions`, in float64.
  ///
  /// Shape: [positions, dim].
  public static func table(_ positions: Int, _ dim: Int) -> Tensor {
    let pairs = max(dim, 0) / 2 + max(dim, 0) % 2
    let exponents = Tensor(arange: pairs, dtype: .float64) * (-2 / Double(max(dim, 1)))
    let frequencies = (exponents * Tensor(10_000.0, dtype: .float64).log()).exp()
    let angles = Tensor(arange: max(positions, 0), dtype: .float64).unsqueezed(1) * frequencies
    return stacked([angles.sin(), angles.cos()], axis: 2).flattened(from: 1).sliced(axis: 1, to: max(dim, 0))
  }
}

/// The rows of a table of positions that belong to a sequence.
enum PositionRows {
  /// Rows `offset` and on of `table` [maxPositions, E] as they are added to `input`, or what is wrong with that.
  static func of(
    _ table: Tensor, for input: Tensor, _ offset: Int, batchFirst: Bool, layer: String
  ) -> Result<Tensor, TensorError> {
    let (limit, dim) = (table.shape[0], table.shape[1])
    let axis = input.rank == 3 && batchFirst ? 1 : 0
    guard (2...3).contains(input.rank), input.shape[-1] == dim, offset >= 0, input.shape[axis] <= limit - offset else {
      let axes = batchFirst ? "[batch, positions, \(dim)]" : "[positions, batch, \(dim)]"
      return .failure(
        TensorError(
          .shape, operation: layer, operands: [("input", input.spec)],
          expected: "an input \(axes) with positions up to \(limit)", got: "\(input.shape) from \(offset)"))
    }
    var rows = table.sliced(axis: 0, from: offset, to: offset + input.shape[axis])
    if input.rank == 3, !batchFirst { rows = rows.unsqueezed(1) }
    return .success(input.dtype.isFloatingPoint ? rows.converted(to: input.dtype) : rows)
  }
}

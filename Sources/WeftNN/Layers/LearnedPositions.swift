import WeftTensor

/// Adds a learned row to each position of a sequence, then dropout.
///
/// Shape: [L, N, E] to the same; [N, L, E] with `batchFirst`; or [L, E]; `weight` [maxPositions, E], normal with
/// deviation 0.02 at first.
public final class LearnedPositions: Module {
  /// A row for each position, [maxPositions, E].
  public var weight: Parameter
  /// What is applied to the sum.
  public var dropout: Dropout
  /// Whether sequences are [N, L, E] rather than [L, N, E].
  public let batchFirst: Bool

  /// - Parameters:
  ///   - dim: E, the features of a position.
  ///   - maxPositions: The longest sequence, an offset counted in.
  public init(_ dim: Int, maxPositions: Int, dropout: Double = 0, batchFirst: Bool = false) {
    weight = Parameter(Initializer.normal(deviation: 0.02)([maxPositions, dim]))
    self.dropout = Dropout(dropout)
    self.batchFirst = batchFirst
  }

  public override func forward(_ input: Tensor) -> Tensor { added(input, 0) }

  /// - Parameter offset: The position of the first of the L.
  public func callAsFunction(_ input: Tensor, offset: Int = 0) -> Tensor { inPath { added(input, offset) } }

  private func added(_ input: Tensor, _ offset: Int) -> Tensor {
    switch PositionRows.of(weight.tensor, for: input, offset, batchFirst: batchFirst, layer: "LearnedPositions") {
    case .success(let rows): dropout(input + rows)
    case .failure(let error): .failed(error)
    }
  }
}

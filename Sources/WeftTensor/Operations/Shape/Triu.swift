/// The upper triangles of matrices: x where column - row >= diagonal, else 0. Gradient: the upper triangles of g.
public struct Triu: Triangle {
  public static let name = "triu"
  public static let equation = "yᵢⱼ = xᵢⱼ where j - i ≥ diagonal, else 0"
  public static let isLower = false
  /// The first diagonal kept, counted to the right of the main one.
  public let diagonal: Int

  public init(diagonal: Int = 0) { self.diagonal = diagonal }
}

extension Tensor {
  /// The upper triangles of the matrices in the last two axes, zero elsewhere.
  /// - Parameter diagonal: The first diagonal kept: 0 the main one, positive ones lie to its right.
  public func triu(diagonal: Int = 0) -> Tensor { apply(Triu(diagonal: diagonal), [self])[0] }
}

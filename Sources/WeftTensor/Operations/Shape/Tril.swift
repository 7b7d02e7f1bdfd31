/// The lower triangles of matrices: x where column - row <= diagonal, else 0. Gradient: the lower triangles of g.
public struct Tril: Triangle {
  public static let name = "tril"
  public static let equation = "yᵢⱼ = xᵢⱼ where j - i ≤ diagonal, else 0"
  public static let isLower = true
  /// The last diagonal kept, counted to the right of the main one.
  public let diagonal: Int

  public init(diagonal: Int = 0) { self.diagonal = diagonal }
}

extension Tensor {
  /// The lower triangles of the matrices in the last two axes, zero elsewhere.
  /// - Parameter diagonal: The last diagonal kept: 0 the main one, negative ones lie to its left.
  public func tril(diagonal: Int = 0) -> Tensor { apply(Tril(diagonal: diagonal), [self])[0] }
}

/// Whether exactly one of a and b is true (anything but 0); a bool.
public struct LogicalXor: BooleanOperation {
  public static let name = "logicalXor"
  public static let formula = Formula { a, b in a .^ b }
  public static let samples = [
    Sample(LogicalXor(), .bools([2, 3]), .bools([3])),
    Sample(LogicalXor(), .exactly([0, 1, -0.5, .nan], [2, 2]), .bools([2, 1])),
  ]
  public init() {}
}

extension Tensor {
  /// Whether exactly one of a and b is true (anything but 0), element by element. As bool.
  public static func .^ (a: Tensor, b: Tensor) -> Tensor { apply(LogicalXor(), [a, b])[0] }
  /// The same as `.^`.
  public func logicalXor(_ other: Tensor) -> Tensor { self .^ other }
}

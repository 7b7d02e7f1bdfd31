/// Whether both a and b are true (anything but 0); a bool.
public struct LogicalAnd: BooleanOperation {
  public static let name = "logicalAnd"
  public static let formula = Formula { a, b in a .& b }
  public static let samples = [
    Sample(LogicalAnd(), .bools([2, 3]), .bools([3])),
    Sample(LogicalAnd(), .exactly([0, 1, -0.5, .nan], [2, 2]), .bools([2, 1])),
  ]
  public init() {}
}

extension Tensor {
  /// Whether both a and b are true (anything but 0), element by element. As bool.
  public static func .& (a: Tensor, b: Tensor) -> Tensor { apply(LogicalAnd(), [a, b])[0] }
  /// The same as `.&`.
  public func logicalAnd(_ other: Tensor) -> Tensor { self .& other }
}

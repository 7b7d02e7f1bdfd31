/// Whether a or b or both are true (anything but 0); a bool.
public struct LogicalOr: BooleanOperation {
  public static let name = "logicalOr"
  public static let formula = Formula { a, b in a .| b }
  public static let samples = [
    Sample(LogicalOr(), .bools([2, 3]), .bools([3])),
    Sample(LogicalOr(), .exactly([0, 1, -0.5, .nan], [2, 2]), .bools([2, 1])),
  ]
  public init() {}
}

extension Tensor {
  /// Whether a or b or both are true (anything but 0), element by element. As bool.
  public static func .| (a: Tensor, b: Tensor) -> Tensor { apply(LogicalOr(), [a, b])[0] }
  /// The same as `.|`.
  public func logicalOr(_ other: Tensor) -> Tensor { self .| other }
}

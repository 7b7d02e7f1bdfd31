/// Whether x is 0 (false); a bool.
public struct LogicalNot: BooleanOperation {
  public static let name = "logicalNot"
  public static let formula = Formula { x in .!x }
  public static let samples = [
    Sample(LogicalNot(), .bools([2, 3])),
    Sample(LogicalNot(), .exactly([0, 1, -0.5, .nan], [4])),
  ]
  public init() {}
}

extension Tensor {
  /// Whether each element is false: 0. As bool.
  public static prefix func .! (x: Tensor) -> Tensor { apply(LogicalNot(), [x])[0] }
  /// The same as `.!`.
  public func logicalNot() -> Tensor { .!self }
}

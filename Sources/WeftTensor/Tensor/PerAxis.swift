/// One number for all spatial axes, or one for each: `2`, `[2, 1]`, `PerAxis(size)`.
public struct PerAxis: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  /// The one number, or as many as there are axes.
  public let values: [Int]

  /// One number for all axes.
  public init(_ value: Int) { values = [value] }
  /// A number for each axis, height before width.
  public init(_ values: [Int]) { self.values = values }
  public init(integerLiteral value: Int) { self.init(value) }
  public init(arrayLiteral values: Int...) { self.init(values) }

  /// One number per axis.
  /// - Throws: `TensorError` if there are neither one nor `axes` numbers, or one is below `smallest`.
  package func resolved(
    _ axes: Int, _ name: String, atLeast smallest: Int, operation: String
  ) throws(TensorError) -> [Int] {
    guard values.count == 1 || values.count == axes else {
      throw TensorError(
        .value, operation: operation, expected: "\(name) of 1 number, or \(axes), one per spatial axis",
        got: "\(values)")
    }
    let largest = Int(Int32.max)
    guard values.allSatisfy({ $0 >= smallest && $0 <= largest }) else {
      let bound = values.contains { $0 < smallest } ? "of at least \(smallest)" : "of at most \(largest)"
      throw TensorError(.value, operation: operation, expected: "\(name) \(bound)", got: "\(values)")
    }
    return values.count == axes ? values : Array(repeating: values[0], count: axes)
  }
}

/// Zeros around the spatial axes of a convolution's input: `1`, `[1, 2]`, `.same`, or different ones on both sides.
public struct Padding: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  enum Kind: Hashable, Sendable {
    case same
    case sides(before: PerAxis, after: PerAxis)
  }
  let kind: Kind

  /// As much as keeps the sizes of the axes, for a stride of 1; an odd one goes behind.
  public static let same = Padding(kind: .same)
  /// None.
  public static let valid: Padding = 0

  private init(kind: Kind) { self.kind = kind }
  /// The same on both sides of each axis.
  public init(_ size: PerAxis) { self.init(before: size, after: size) }
  /// The same on both sides of all axes.
  public init(_ size: Int) { self.init(PerAxis(size)) }
  /// Different ones before and after each axis.
  public init(before: PerAxis, after: PerAxis) { kind = .sides(before: before, after: after) }
  public init(integerLiteral value: Int) { self.init(value) }
  public init(arrayLiteral values: Int...) { self.init(PerAxis(values)) }

  /// Zeros before and after each axis, for windows of `reach` + 1 elements.
  package func resolved(
    reach: [Int], stride: [Int], operation: String
  ) throws(TensorError) -> (before: [Int], after: [Int]) {
    switch kind {
    case .sides(let before, let after):
      return (
        try before.resolved(reach.count, "padding", atLeast: 0, operation: operation),
        try after.resolved(reach.count, "padding", atLeast: 0, operation: operation)
      )
    case .same:
      guard stride.allSatisfy({ $0 == 1 }) else {
        throw TensorError(
          .value, operation: operation, expected: "stride 1 with `padding: .same`", got: "stride \(stride)",
          hint: "give the padding in numbers; half the kernel keeps the size divided by the stride")
      }
      return (reach.map { $0 / 2 }, reach.map { $0 - $0 / 2 })
    }
  }
}

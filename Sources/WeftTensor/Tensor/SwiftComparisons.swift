// Swift's comparisons, which give one Bool: for tensors the compiler offers those that give one for each element.
//
// Not the operators are unavailable but the conformances: unavailable operators are tried after everything else, which
// in a long formula takes the compiler seconds.

/// What may stand beside a tensor in a comparison.
public protocol TensorOperand {}
extension Tensor: TensorOperand {}
extension Double: TensorOperand {}
extension Float: TensorOperand {}
extension Int: TensorOperand {}

/// What `==` gives one Bool of; a tensor has one for each element.
public protocol SwiftEqual {}
@available(*, unavailable, message: "write `.==` for each element, `elementsEqual(_:)` for all together")
extension Tensor: SwiftEqual {}
extension SwiftEqual {
  /// Never called: of tensors write `.==`.
  @_disfavoredOverload public static func == (a: Self, b: some TensorOperand) -> Bool { false }
  /// Never called: of tensors write `.==`.
  @_disfavoredOverload public static func == (a: some TensorNumber, b: Self) -> Bool { false }
  /// Never called: of tensors write `.==`.
  public static func == (a: Self, b: some TensorOperand) -> Tensor { .invalid }
  /// Never called: of tensors write `.==`.
  public static func == (a: some TensorNumber, b: Self) -> Tensor { .invalid }
}

/// What `!=` gives one Bool of; a tensor has one for each element.
public protocol SwiftUnequal {}
@available(*, unavailable, message: "write `.!=` for each element, `!a.elementsEqual(b)` for all together")
extension Tensor: SwiftUnequal {}
extension SwiftUnequal {
  /// Never called: of tensors write `.!=`.
  @_disfavoredOverload public static func != (a: Self, b: some TensorOperand) -> Bool { false }
  /// Never called: of tensors write `.!=`.
  @_disfavoredOverload public static func != (a: some TensorNumber, b: Self) -> Bool { false }
  /// Never called: of tensors write `.!=`.
  public static func != (a: Self, b: some TensorOperand) -> Tensor { .invalid }
  /// Never called: of tensors write `.!=`.
  public static func != (a: some TensorNumber, b: Self) -> Tensor { .invalid }
}

/// What `<` gives one Bool of; a tensor has one for each element.
public protocol SwiftLess {}
@available(*, unavailable, message: "write `.<`")
extension Tensor: SwiftLess {}
extension SwiftLess {
  /// Never called: of tensors write `.<`.
  @_disfavoredOverload public static func < (a: Self, b: some TensorOperand) -> Bool { false }
  /// Never called: of tensors write `.<`.
  @_disfavoredOverload public static func < (a: some TensorNumber, b: Self) -> Bool { false }
  /// Never called: of tensors write `.<`.
  public static func < (a: Self, b: some TensorOperand) -> Tensor { .invalid }
  /// Never called: of tensors write `.<`.
  public static func < (a: some TensorNumber, b: Self) -> Tensor { .invalid }
}

/// What `<=` gives one Bool of; a tensor has one for each element.
public protocol SwiftLessOrEqual {}
@available(*, unavailable, message: "write `.<=`")
extension Tensor: SwiftLessOrEqual {}
extension SwiftLessOrEqual {
  /// Never called: of tensors write `.<=`.
  @_disfavoredOverload public static func <= (a: Self, b: some TensorOperand) -> Bool { false }
  /// Never called: of tensors write `.<=`.
  @_disfavoredOverload public static func <= (a: some TensorNumber, b: Self) -> Bool { false }
  /// Never called: of tensors write `.<=`.
  public static func <= (a: Self, b: some TensorOperand) -> Tensor { .invalid }
  /// Never called: of tensors write `.<=`.
  public static func <= (a: some TensorNumber, b: Self) -> Tensor { .invalid }
}

/// What `>` gives one Bool of; a tensor has one for each element.
public protocol SwiftGreater {}
@available(*, unavailable, message: "write `.>`")
extension Tensor: SwiftGreater {}
extension SwiftGreater {
  /// Never called: of tensors write `.>`.
  @_disfavoredOverload public static func > (a: Self, b: some TensorOperand) -> Bool { false }
  /// Never called: of tensors write `.>`.
  @_disfavoredOverload public static func > (a: some TensorNumber, b: Self) -> Bool { false }
  /// Never called: of tensors write `.>`.
  public static func > (a: Self, b: some TensorOperand) -> Tensor { .invalid }
  /// Never called: of tensors write `.>`.
  public static func > (a: some TensorNumber, b: Self) -> Tensor { .invalid }
}

/// What `>=` gives one Bool of; a tensor has one for each element.
public protocol SwiftGreaterOrEqual {}
@available(*, unavailable, message: "write `.>=`")
extension Tensor: SwiftGreaterOrEqual {}
extension SwiftGreaterOrEqual {
  /// Never called: of tensors write `.>=`.
  @_disfavoredOverload public static func >= (a: Self, b: some TensorOperand) -> Bool { false }
  /// Never called: of tensors write `.>=`.
  @_disfavoredOverload public static func >= (a: some TensorNumber, b: Self) -> Bool { false }
  /// Never called: of tensors write `.>=`.
  public static func >= (a: Self, b: some TensorOperand) -> Tensor { .invalid }
  /// Never called: of tensors write `.>=`.
  public static func >= (a: some TensorNumber, b: Self) -> Tensor { .invalid }
}

// Swift's comparisons, which give one Bool: for tensors the compiler offers those that give one for each element.

/// What may stand beside a tensor in a comparison.
public protocol TensorOperand {}
extension Tensor: TensorOperand {}
extension Double: TensorOperand {}
extension Float: TensorOperand {}
extension Int: TensorOperand {}

extension Tensor {
  @available(*, unavailable, message: "write `.==` for each element, `elementsEqual(_:)` for all together")
  @_disfavoredOverload public static func == (a: Tensor, b: some TensorOperand) -> Bool { false }
  @available(*, unavailable, message: "write `.==` for each element, `elementsEqual(_:)` for all together")
  public static func == (a: Tensor, b: some TensorOperand) -> Tensor { .invalid }
  @available(*, unavailable, message: "write `.==` for each element, `elementsEqual(_:)` for all together")
  @_disfavoredOverload public static func == (a: some TensorNumber, b: Tensor) -> Bool { false }
  @available(*, unavailable, message: "write `.==` for each element, `elementsEqual(_:)` for all together")
  public static func == (a: some TensorNumber, b: Tensor) -> Tensor { .invalid }

  @available(*, unavailable, message: "write `.!=` for each element, `!a.elementsEqual(b)` for all together")
  @_disfavoredOverload public static func != (a: Tensor, b: some TensorOperand) -> Bool { false }
  @available(*, unavailable, message: "write `.!=` for each element, `!a.elementsEqual(b)` for all together")
  public static func != (a: Tensor, b: some TensorOperand) -> Tensor { .invalid }
  @available(*, unavailable, message: "write `.!=` for each element, `!a.elementsEqual(b)` for all together")
  @_disfavoredOverload public static func != (a: some TensorNumber, b: Tensor) -> Bool { false }
  @available(*, unavailable, message: "write `.!=` for each element, `!a.elementsEqual(b)` for all together")
  public static func != (a: some TensorNumber, b: Tensor) -> Tensor { .invalid }

  @available(*, unavailable, message: "write `.<`")
  @_disfavoredOverload public static func < (a: Tensor, b: some TensorOperand) -> Bool { false }
  @available(*, unavailable, message: "write `.<`")
  public static func < (a: Tensor, b: some TensorOperand) -> Tensor { .invalid }
  @available(*, unavailable, message: "write `.<`")
  @_disfavoredOverload public static func < (a: some TensorNumber, b: Tensor) -> Bool { false }
  @available(*, unavailable, message: "write `.<`")
  public static func < (a: some TensorNumber, b: Tensor) -> Tensor { .invalid }

  @available(*, unavailable, message: "write `.<=`")
  @_disfavoredOverload public static func <= (a: Tensor, b: some TensorOperand) -> Bool { false }
  @available(*, unavailable, message: "write `.<=`")
  public static func <= (a: Tensor, b: some TensorOperand) -> Tensor { .invalid }
  @available(*, unavailable, message: "write `.<=`")
  @_disfavoredOverload public static func <= (a: some TensorNumber, b: Tensor) -> Bool { false }
  @available(*, unavailable, message: "write `.<=`")
  public static func <= (a: some TensorNumber, b: Tensor) -> Tensor { .invalid }

  @available(*, unavailable, message: "write `.>`")
  @_disfavoredOverload public static func > (a: Tensor, b: some TensorOperand) -> Bool { false }
  @available(*, unavailable, message: "write `.>`")
  public static func > (a: Tensor, b: some TensorOperand) -> Tensor { .invalid }
  @available(*, unavailable, message: "write `.>`")
  @_disfavoredOverload public static func > (a: some TensorNumber, b: Tensor) -> Bool { false }
  @available(*, unavailable, message: "write `.>`")
  public static func > (a: some TensorNumber, b: Tensor) -> Tensor { .invalid }

  @available(*, unavailable, message: "write `.>=`")
  @_disfavoredOverload public static func >= (a: Tensor, b: some TensorOperand) -> Bool { false }
  @available(*, unavailable, message: "write `.>=`")
  public static func >= (a: Tensor, b: some TensorOperand) -> Tensor { .invalid }
  @available(*, unavailable, message: "write `.>=`")
  @_disfavoredOverload public static func >= (a: some TensorNumber, b: Tensor) -> Bool { false }
  @available(*, unavailable, message: "write `.>=`")
  public static func >= (a: some TensorNumber, b: Tensor) -> Tensor { .invalid }
}

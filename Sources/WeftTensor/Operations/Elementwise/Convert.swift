/// The same values in another element type. Gradient: g, converted back by the engine.
///
/// To an integer, a real number is cut toward zero and becomes the nearest that the type holds (NaN gives 0); to bool,
/// anything but 0 is true. From integer to integer, what does not fit wraps, as in PyTorch, unless it is a number written in
/// the program, which becomes the nearest too.
public struct Convert: TensorOperation {
  public static let name = "convert"
  public static let operands: Operands = ["x"]
  public static let equation = "y = x, as another type"
  /// The type of the result.
  public let dtype: DType

  public init(to dtype: DType) { self.dtype = dtype }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try requireOneInput(inputs)
    return [TensorSpec(inputs[0].shape, dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let formula = inputs[0].isWeakScalar ? Formulas.nearest : Formulas.identity
    return inputs.backend.map(formula, [], inputs, as: outputs)
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] { [gradients[0]] }

  /// None of an integer.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    dtype.isFloatingPoint ? tangents : [nil]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(self) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    dtype.isFloatingPoint ? inputs : [ReferenceArray(shape: inputs[0].shape, values: inputs[0].values.map(rounded))]
  }

  private func rounded(_ value: Double) -> Double {
    dtype.clamped(value)
  }

  public static let samples = [
    Sample(Convert(to: .float64), .real([2, 3])),
    Sample(Convert(to: .int32), .real([2, 3])),
    Sample(Convert(to: .bool), .integers([4], in: 0..<2)),
    Sample(Convert(to: .bool), .exactly([0, 0.5, -0.25, .nan, .infinity], [5])),
    Sample(Convert(to: .int8), .exactly([300, -300, .infinity, -.infinity, .nan, -1.5], [6])),
    Sample(Convert(to: .uint16), .exactly([70000, -1, 655.5, .nan], [4])),
    Sample(Convert(to: .int32), .integers([4], in: -9..<9, dtype: .int16)),
  ]

  public static let refusals = [
    Refusal(Convert(to: .float32), .real([2]), .real([2]), because: "1 operand")
  ]
}

extension Tensor {
  /// The same values as `dtype`; this tensor itself if it has that type.
  public func converted(to dtype: DType) -> Tensor {
    if dtype == self.dtype {
      guard isWeakScalar else { return self }
      var same = self
      same.view = view.counted(asWeakScalar: false)
      return same
    }
    return apply(Convert(to: dtype), [self])[0]
  }

  /// Numbers of the program as `dtype`: integers that it does not hold become the nearest that it does.
  func numbers(as dtype: DType) -> Tensor {
    guard self.dtype.isInteger, dtype.isInteger, self.dtype != dtype else { return converted(to: dtype) }
    return backend.map(Formulas.nearest, [], [self], as: [TensorSpec(shape, dtype)])[0]
  }
}

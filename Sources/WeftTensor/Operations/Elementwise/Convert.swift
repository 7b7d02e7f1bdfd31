/// The same values in another element type. Gradient: g, converted back by the engine.
///
/// To an integer, a value is cut toward zero (NaN gives 0); to bool, anything but 0 is true.
public struct Convert: Operation {
  public static let name = "convert"
  public static let operands: Operands = ["x"]
  public static let equation = "y = x, as another type"
  public let dtype: DType

  public init(to dtype: DType) { self.dtype = dtype }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try requireOneInput(inputs)
    return [TensorSpec(inputs[0].shape, dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    Device.cpu.backend.map(Formulas.identity, [], inputs, as: outputs)
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
    dtype == .bool ? (value != 0 ? 1 : 0) : value.rounded(.towardZero)
  }

  public static let samples = [
    Sample(Convert(to: .float64), .real([2, 3])),
    Sample(Convert(to: .int32), .real([2, 3])),
    Sample(Convert(to: .bool), .integers([4], in: 0..<2)),
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
}

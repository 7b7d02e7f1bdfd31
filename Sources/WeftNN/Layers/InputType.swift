import WeftTensor

extension TensorError {
  /// What is wrong if float64 numbers meet a layer's weight of a narrower type; nil where nothing is.
  ///
  /// Types join where a program writes `x + y`. In a layer they would do so unseen: this layer and all behind it would
  /// compute in float64, at several times the cost and with weights that are no more exact for it.
  static func wider(
    _ input: Tensor, called name: String = "input", than weight: Parameter, layer: @autoclosure () -> String
  ) -> TensorError? {
    guard input.dtype == .float64, !input.isWeakScalar else { return nil }
    let type = weight.quantized?.dtype ?? weight.usedType
    guard type != .float64 else { return nil }
    return TensorError(
      .dtype, operation: layer(), operands: [(name, input.spec)],
      expected: "an input of the weights' type, \(type)", got: "\(input.dtype)",
      hint: "`x.converted(to: .\(type))` converts the numbers, `model.convert(to: .float64)` the network")
  }
}

import WeftTensor

/// How the weights of a model become codes of 8 or 4 bits: see `Module.quantized(_:where:)`.
public enum QuantizationScheme: Hashable, Sendable {
  /// 8 bits with a scale for each output, multiplied by inputs that are rounded to 8 bits as they come, row by row: for
  /// speed, where many rows come at once. Where a gradient is wanted of its input, a layer multiplies it as it is.
  case int8Dynamic
  /// 8 bits with a scale for each output, multiplied by inputs as they are: a quarter of the memory.
  case int8Weights
  /// 4 bits with a scale for each group of inputs, a multiple of 32: an eighth of the memory, and the scales. A weight
  /// whose inputs are no multiple of the group has 8 bits.
  case int4Weights(group: Int = 32)
}

extension QuantizationScheme {
  /// - Throws: `TensorError` for groups that cannot be.
  func check() throws(TensorError) {
    guard case .int4Weights(let group) = self, group < 32 || !group.isMultiple(of: 32) else { return }
    throw TensorError(
      .value, operation: "quantized", expected: "groups of a multiple of 32 inputs", got: "groups of \(group)")
  }

  /// The codes of a weight [out, in].
  func codes(of weight: Tensor) -> QuantizedWeight {
    let wide = weight.converted(to: .float32)
    guard case .int4Weights(let group) = self, wide.shape[1].isMultiple(of: group), wide.shape[1] > 0 else {
      return Self.int8(wide, as: weight.dtype, roundsInputs: self == .int8Dynamic)
    }
    return Self.int4(wide, as: weight.dtype, group: group)
  }

  /// The largest magnitude of a row is 127.
  private static func int8(_ weight: Tensor, as dtype: DType, roundsInputs: Bool) -> QuantizedWeight {
    let largest =
      weight.shape[1] > 0 ? weight.abs().max(axis: 1, keepDims: true) : Tensor(zeros: [weight.shape[0], 1])
    let scales = largest / 127
    let steps = (weight / Tensor.where(scales .== 0, 1, scales)).round()
    let codes = steps.clamped(low: -127, high: 127).converted(to: .int8)
    return QuantizedWeight(.int8, codes: codes, scales: scales, roundsInputs: roundsInputs, as: dtype)
  }

  /// The number of the largest magnitude in a group has code 0, which stands for -8: of the codes' range no half is lost.
  private static func int4(_ weight: Tensor, as dtype: DType, group: Int) -> QuantizedWeight {
    let (out, width) = (weight.shape[0], weight.shape[1])
    let parts = weight.reshaped(out, width / group, group)
    let (low, high) = (parts.min(axis: -1, keepDims: true), parts.max(axis: -1, keepDims: true))
    let scales = Tensor.where(-low .> high, low, high) / -8
    let whole = (parts / Tensor.where(scales .== 0, 1, scales)).round().clamped(low: -8, high: 7) + 8
    let units = whole.converted(to: .uint8).reshaped(out, width / 32, 2, 16)
    let (first, second) = (units.sliced(axis: 2, to: 1), units.sliced(axis: 2, from: 1, to: 2))
    let codes = first.bitwiseOr(second.bitsShiftedLeft(by: 4)).reshaped(out, width / 2)
    return QuantizedWeight(.int4, codes: codes, scales: scales.squeezed(-1), as: dtype)
  }
}

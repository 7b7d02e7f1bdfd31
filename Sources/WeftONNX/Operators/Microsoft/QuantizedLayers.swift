import WeftTensor

extension Operator {
  /// ONNX Runtime's layers from whole numbers to whole numbers.
  static let quantizedLayers: [Operator] = [
    layer("QLinearAdd", output: 6) { try real($0, 0) + (try real($0, 3)) },
    layer("QLinearMul", output: 6) { try real($0, 0) * (try real($0, 3)) },
    layer("QLinearSigmoid", output: 3) { try real($0, 0).sigmoid() },
    layer("QLinearLeakyRelu", output: 3) { try real($0, 0).leakyReLU(slope: $0.attributes.float("alpha", 0.01)) },
    layer("QLinearGlobalAveragePool", output: 3) { call in
      let x = try real(call, 0)
      guard x.rank > 2 else { throw NodeFailure(expected: "[N, C, spatial...]", got: "\(x.spec)") }
      let isLast = try call.attributes.flag("channels_last")
      return x.mean(axes: Array(isLast ? 1..<x.rank - 1 : 2..<x.rank), keepDims: true)
    },
    layer("QLinearAveragePool", output: 3, roundsSums: true) { call in
      let x = try real(call, 0)
      guard x.rank > 2, try call.attributes.flag("channels_last") else {
        return try averagePool(call.with([.tensor(x)]))
      }
      return try averagePool(call.with([.tensor(x.movedAxis(-1, to: 1))])).movedAxis(1, to: -1)
    },
    layer("QLinearReduceMean", output: 3) { call in
      let x = try real(call, 0)
      let named = try call.attributes.ints("axes") ?? Array(0..<x.rank)
      let axes = try call.axes(named, rank: x.rank).sorted()
      return x.mean(axes: axes, keepDims: try call.attributes.flag("keepdims", true))
    },
    layer("QLinearSoftmax", output: 3) { call in
      let x = try real(call, 0)
      let axis = try call.axis(call.attributes.int("axis", -1), rank: x.rank)
      // Before version 13 all axes from there on were one.
      if try call.attributes.int("opset", 13) >= 13 { return x.softmax(axis: axis) }
      return x.flattened(from: axis).softmax(axis: -1).reshaped(to: x.shape)
    },
    layer("QLinearWhere", output: 7) { call in
      Tensor.where(try call.tensor(0), try real(call, 1), try real(call, 4))
    },
    layer("QLinearConcat", output: 0) { call in
      let parts = try stride(from: 2, to: call.inputs.count - 2, by: 3).map { try real(call, $0) }
      return concatenated(parts, axis: try call.axis(call.attributes.int("axis", 0), rank: parts.first?.rank ?? 0))
    },
    Operator("NhwcMaxPool", domain: microsoft) { call in
      let x = try call.tensor(0)
      guard x.rank > 2 else { throw NodeFailure(expected: "[N, spatial..., C]", got: "\(x.spec)") }
      return try maxPool(call.with([.tensor(x.movedAxis(-1, to: 1))]))[0].movedAxis(1, to: -1)
    },
    Operator("QGemm", domain: microsoft, fixed: Set(0...8)) { call in
      func turned(_ x: Tensor, _ name: String) throws -> Tensor { try call.attributes.flag(name) ? x.transposed() : x }
      let (a, b) = (try turned(call.tensor(0), "transA"), try turned(call.tensor(3), "transB"))
      let sums = try WholeProduct(a, zero: call.zeroPoint(2), b, zero: call.zeroPoint(5))
        .value(adding: call.tensorIfAny(6))
      let scale = try call.tensor(1).reshaped(to: []) * (try call.tensor(4)) * (try call.attributes.float("alpha", 1))
      let y = sums.converted(to: .float32) * (scale.elementCount == 1 ? scale.reshaped(to: []) : scale)
      guard let step = try call.tensorIfAny(7) else { return y }
      let zero = try call.tensorIfAny(8)
      return Quantization.rounded(y / step.reshaped(to: []), zero: zero?.reshaped(to: []), to: zero?.dtype ?? .uint8)
    },
  ]

  /// One whose result is rounded by the scale and zero point at `output`.
  /// - Parameter roundsSums: Whether halves are told after the zero point is added, and not before: what of two numbers
  ///   is even differs where that is odd.
  private static func layer(
    _ name: String, output: Int, roundsSums: Bool = false, _ body: @escaping @Sendable (NodeCall) throws -> Tensor
  ) -> Operator {
    Operator(name, domain: microsoft, fixed: Set(0...64)) { call in
      let zero = try call.tensorIfAny(output + 1)?.reshaped(to: [])
      let scale = try call.tensor(output).reshaped(to: [])
      let dtype = try zero?.dtype ?? call.tensor(output == 0 ? 2 : 0).dtype
      let y = try body(call) / scale
      guard roundsSums, let zero else { return Quantization.rounded(y, zero: zero, to: dtype) }
      return Quantization.rounded(y + zero.converted(to: y.dtype), zero: nil, to: dtype)
    }
  }

  /// What the whole numbers at an input stand for, by the scale and zero point that follow.
  private static func real(_ call: NodeCall, _ place: Int) throws -> Tensor {
    let whole = try Quantization.centered(try call.tensor(place), try call.tensorIfAny(place + 2))
    return whole.converted(to: .float32) * (try call.tensor(place + 1)).reshaped(to: [])
  }
}

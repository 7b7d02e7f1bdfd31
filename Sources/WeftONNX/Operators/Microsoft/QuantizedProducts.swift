import WeftTensor

extension Operator {
  /// ONNX Runtime's products of whole numbers that give real ones.
  static let quantizedProducts: [Operator] = [
    Operator("MatMulIntegerToFloat", domain: microsoft, fixed: [0, 1, 2, 3, 4, 5]) { call in
      let (a, b) = (try call.tensor(0), try call.tensor(1))
      let sums = try WholeProduct(a, zero: call.zeroPoint(4), b, zero: call.zeroPoint(5)).value
      let y = sums.converted(to: .float32) * (try call.tensor(2) * (try call.tensor(3)))
      return try call.tensorIfAny(6).map { y + $0 } ?? y
    },
    Operator("DynamicQuantizeMatMul", domain: microsoft, fixed: [1, 2, 3]) { call in
      let (a, b) = (try call.tensor(0), try call.tensor(1))
      let (scale, zero) = Quantization.parameters(of: a)
      let whole = Quantization.rounded(a / scale, zero: zero, to: .uint8)
      let sums = try WholeProduct(whole, zero: zero, b, zero: call.zeroPoint(3)).value
      let y = sums.converted(to: .float32) * (scale * (try call.tensor(2)))
      return try call.tensorIfAny(4).map { y + $0 } ?? y
    },
    Operator("MatMulInteger16", domain: microsoft, fixed: [0, 1]) { call in
      try WholeProduct(call.tensor(0), zero: nil, call.tensor(1), zero: nil).value
    },
    Operator("MulInteger", domain: microsoft, fixed: [0, 1, 2, 3]) { call in
      try Quantization.centered(call.tensor(0), call.zeroPoint(1))
        * (try Quantization.centered(call.tensor(2), call.tensorIfAny(3)))
    },
    Operator("ReduceSumInteger", domain: microsoft, fixed: [0]) { call in
      let x = try call.tensor(0)
      let axes = try call.axes(try call.attributes.ints("axes") ?? Array(0..<x.rank), rank: x.rank).sorted()
      let isSigned = x.dtype == .int8
      return x.sum(
        axes: axes, keepDims: try call.attributes.flag("keepdims", true), dtype: isSigned ? .int32 : .uint32)
    },
    .several("DynamicQuantizeLSTM", domain: microsoft, fixed: [1, 2, 8, 9, 10, 11]) { call in
      func weights(_ place: Int, _ scale: Int) throws -> Tensor {
        let whole = try call.tensor(place)
        func wide(_ values: Tensor) -> Tensor {
          values.rank == 1 ? values.reshaped(to: [values.elementCount, 1, 1]) : values.unsqueezed(1)
        }
        let centered = whole.converted(to: .float32) - wide(try call.tensor(scale + 1)).converted(to: .float32)
        return (centered * wide(try call.tensor(scale))).transposed()
      }
      var inputs = Array(call.inputs.prefix(8))
      (inputs[1], inputs[2]) = (.tensor(try weights(1, 8)), .tensor(try weights(2, 10)))
      return try lstm(call.with(inputs), rounded: rounded)
    },
  ]

  /// Numbers as bytes stand for them: the input's by one scale, a state's by one for each example, as ONNX Runtime does
  /// it on several threads.
  private static func rounded(_ x: Tensor) -> Tensor {
    guard x.elementCount > 0 else { return x }
    let (scale, zero) = Quantization.parameters(of: x, axes: x.rank == 2 ? [1] : nil)
    let whole = Quantization.rounded(x / scale, zero: zero, to: .uint8)
    return (whole.converted(to: .float32) - zero.converted(to: .float32)) * scale
  }
}

import WeftTensor

extension Operator {
  /// To whole numbers and back, and products of them.
  static let quantized: [Operator] =
    linear(domain: "") + linear(domain: microsoft) + [
      .several("DynamicQuantizeLinear") { call in
        let x = try call.tensor(0)
        let (scale, zero) = Quantization.parameters(of: x)
        return [Quantization.rounded(x / scale, zero: zero, to: .uint8), scale, zero]
      },
      Operator("MatMulInteger", fixed: [0, 1, 2, 3]) { call in
        let (a, b) = (try call.tensor(0), try call.tensor(1))
        return try WholeProduct(a, zero: call.zeroPoint(2), b, zero: call.zeroPoint(3)).value
      },
      Operator("QLinearMatMul", fixed: [1, 2, 3, 4, 5, 6, 7]) { call in
        let (a, b) = (try call.tensor(0), try call.tensor(3))
        let zero = try call.tensor(7)
        let sums = try WholeProduct(a, zero: call.zeroPoint(2), b, zero: call.zeroPoint(5)).value
        let scale =
          try call.tensor(1).converted(to: .float32) * (try call.tensor(4).converted(to: .float32))
          / (try call.tensor(6).converted(to: .float32))
        return Quantization.rounded(
          sums.converted(to: .float32) * (scale.elementCount == 1 ? scale.reshaped(to: []) : scale), zero: zero,
          to: zero.dtype)
      },
      Operator("ConvInteger", fixed: [0, 1, 2, 3]) { call in
        try WholeConvolution(call, try call.tensor(0), zero: 2, try call.tensor(1), zero: 3).value()
      },
      Operator("QLinearConv", fixed: convolutionConstants) { try convolvedWhole($0, try $0.tensor(0)) },
      // ONNX Runtime's own may have channels last.
      Operator("QLinearConv", domain: microsoft, fixed: convolutionConstants) { call in
        let x = try call.tensor(0)
        guard try call.attributes.flag("channels_last"), x.rank > 2 else { return try convolvedWhole(call, x) }
        return try convolvedWhole(call, x.movedAxis(-1, to: 1)).movedAxis(1, to: -1)
      },
    ]

  private static let convolutionConstants: Set<Int> = [1, 2, 3, 4, 5, 6, 7, 8]

  private static func convolvedWhole(_ call: NodeCall, _ x: Tensor) throws -> Tensor {
    let (weight, zero) = (try call.tensor(3), try call.tensor(7))
    let bias = try call.tensorIfAny(8)?.converted(to: .int32)
    let whole = try WholeConvolution(call, x, zero: 2, weight, zero: 5).rounded(bias: bias)
    func channels(_ values: Tensor) -> Tensor {
      values.elementCount == 1
        ? values.reshaped(to: [])
        : values.reshaped(to: Shape([values.elementCount] + Array(repeating: 1, count: max(0, x.rank - 2))))
    }
    let scale =
      try call.tensor(1).reshaped(to: []) * channels(try call.tensor(4)) / (try call.tensor(6).reshaped(to: []))
    return Quantization.rounded(whole * scale.converted(to: .float32), zero: zero.reshaped(to: []), to: zero.dtype)
  }

  /// To whole numbers and back. ONNX Runtime's own take types that ONNX's did not have at first.
  private static func linear(domain: String) -> [Operator] {
    [
      Operator("QuantizeLinear", domain: domain, fixed: [1, 2], refuses: unsupportedResult) { call in
        let (x, zero) = (try call.tensor(0), try call.tensorIfAny(2))
        let (axis, block) = (try call.attributes.int("axis", 1), try call.attributes.int("block_size", 0))
        let named = try call.attributes.int("output_dtype", 0)
        let narrow = call.narrow ?? NarrowType(named)
        if let floats = call.floats ?? ByteFloat(named) { return try quantized(call, to: floats) }
        let dtype = zero?.dtype ?? narrow?.dtype ?? (named == 0 ? .uint8 : ElementType.dtype(of: named) ?? .uint8)
        guard dtype.isInteger else { throw NodeFailure(expected: "whole numbers as the result", got: "\(dtype)") }
        let origin = try zero.map { try Quantization.spread($0, over: x, axis, block: block) }
        return Quantization.rounded(try scaled(call), zero: origin, to: dtype, within: narrow?.range)
      },
      Operator("DequantizeLinear", domain: domain, fixed: [1, 2], refuses: unsupportedNumbers) { call in
        let (x, scale, zero) = (try call.tensor(0), try call.tensor(1), try call.tensorIfAny(2))
        let (axis, block) = (try call.attributes.int("axis", 1), try call.attributes.int("block_size", 0))
        var wide = x.converted(to: x.dtype == .int32 ? .float64 : .float32)
        if let zero {
          wide = wide - (try Quantization.spread(zero, over: x, axis, block: block)).converted(to: wide.dtype)
        }
        let factor = try Quantization.spread(scale, over: x, axis, block: block).converted(to: wide.dtype)
        let named = try call.attributes.int("output_dtype", 0)
        return (wide * factor).converted(to: ElementType.dtype(of: named) ?? scale.dtype)
      },
    ]
  }

  /// What is to be quantized, in units of the scale.
  private static func scaled(_ call: NodeCall) throws -> Tensor {
    let x = try call.tensor(0)
    let (axis, block) = (try call.attributes.int("axis", 1), try call.attributes.int("block_size", 0))
    let precision = try call.dtype("precision") ?? .float32
    let wide = x.converted(to: x.dtype.isFloatingPoint && x.dtype.byteCount < 4 ? precision : x.dtype.floating)
    return wide / (try Quantization.spread(try call.tensor(1), over: x, axis, block: block).converted(to: wide.dtype))
  }

  private static func quantized(_ call: NodeCall, to floats: ByteFloat) throws -> Tensor {
    var scaled = try scaled(call)
    if let zero = try call.tensorIfAny(2) {
      let (axis, block) = (try call.attributes.int("axis", 1), try call.attributes.int("block_size", 0))
      scaled = scaled + (try Quantization.spread(zero, over: scaled, axis, block: block)).converted(to: scaled.dtype)
    }
    return floats.converted(scaled, saturates: try call.attributes.flag("saturate", true))
  }

  /// 0 is what is said where nothing is.
  @Sendable private static func unsupportedResult(_ attributes: Attributes) -> String? {
    guard let number = try? attributes.int("output_dtype"), number != 0, ElementType.held(number) == nil else {
      return nil
    }
    return "a result of \(ElementType.name(of: number))"
  }

  /// What is dequantized has fractions.
  @Sendable private static func unsupportedNumbers(_ attributes: Attributes) -> String? {
    guard let number = try? attributes.int("output_dtype"), number != 0,
      ElementType.dtype(of: number)?.isFloatingPoint != true
    else {
      return nil
    }
    return "a result of \(ElementType.name(of: number))"
  }
}

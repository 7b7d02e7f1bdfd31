import WeftTensor

/// Whole numbers that stand for others: how they are made, and made back.
enum Quantization {
  /// A scale or zero point as it stands beside x: one for all, one along an axis, or one for each block of an axis.
  static func spread(_ values: Tensor, over x: Tensor, _ axis: Int, block: Int) throws -> Tensor {
    if values.elementCount == 1, block == 0 { return values.reshaped(to: []) }
    guard x.shape.axis(axis) != nil else { throw NodeFailure(expected: "an axis of \(x.spec)", got: "\(axis)") }
    let place = axis < 0 ? axis + x.rank : axis
    if values.rank == 1, block == 0 {
      var sizes = Array(repeating: 1, count: x.rank)
      sizes[place] = values.elementCount
      return values.reshaped(to: Shape(sizes))
    }
    guard values.rank == x.rank, block >= 0, block < 1 << 32 else {
      throw NodeFailure(expected: "a scale for each block of \(x.spec)", got: "\(values.spec)")
    }
    // A block beyond the axis is all of it.
    let each =
      block > 0
      ? min(block, max(x.shape[place], 1))
      : (x.shape[place] + max(values.shape[place], 1) - 1) / max(values.shape[place], 1)
    let wide = values.repeatInterleaved(each, axis: place)
    guard wide.shape[place] >= x.shape[place] else {
      throw NodeFailure(expected: "a scale for each block of \(x.spec)", got: "\(values.spec) of blocks of \(each)")
    }
    return wide.narrowed(axis: place, from: 0, count: x.shape[place])
  }

  /// The nearest whole numbers, halves to even ones, that the type holds.
  static func rounded(_ scaled: Tensor, zero: Tensor?, to dtype: DType) -> Tensor {
    let wide = scaled.round() + (zero?.converted(to: scaled.dtype) ?? Tensor(0, dtype: scaled.dtype))
    let (low, high) = range(dtype)
    return wide.clamped(low: low, high: high).converted(to: dtype)
  }

  static func range(_ dtype: DType) -> (Double, Double) {
    let bits = Double(8 * dtype.byteCount)
    let half = (1...Int(bits) - 1).reduce(1.0) { value, _ in value * 2 }
    return dtype.isUnsigned ? (0, half * 2 - 1) : (-half, half - 1)
  }

  /// What whole numbers stand for, less their zero point, as int32.
  /// - Throws: `NodeFailure` where there are more zero points than numbers along some axis.
  static func centered(_ x: Tensor, _ zero: Tensor?, along axis: Int? = nil) throws -> Tensor {
    let wide = x.converted(to: .int32)
    return try origin(of: x, zero, along: axis).map { wide - $0 } ?? wide
  }

  /// A zero point as it stands beside x, of int32.
  /// - Throws: `NodeFailure` where there are more zero points than numbers along some axis.
  static func origin(of x: Tensor, _ zero: Tensor?, along axis: Int? = nil) throws -> Tensor? {
    guard let zero else { return nil }
    var origin = zero.converted(to: .int32)
    if origin.elementCount == 1 {
      origin = origin.reshaped(to: [])
    } else if let axis, origin.rank == 1, x.shape.sizes.indices.contains(axis) {
      var sizes = Array(repeating: 1, count: x.rank)
      sizes[axis] = origin.elementCount
      origin = origin.reshaped(to: Shape(sizes))
    }
    guard Shape.broadcast(x.shape, origin.shape) == x.shape else {
      throw NodeFailure(expected: "a zero point for \(x.spec)", got: "\(zero.spec)")
    }
    return origin
  }

  /// The scale and zero point with which uint8 holds all of x. They pass no gradient, as the rounded numbers pass none:
  /// the scale's alone would be that of another function.
  static func parameters(of x: Tensor) -> (scale: Tensor, zero: Tensor) {
    let x = x.detach()
    let (low, high) = (minimum(x.min(), 0), maximum(x.max(), 0))
    let scale = (high - low) / 255
    let safe = Tensor.where(scale .== 0, Tensor(1, dtype: scale.dtype), scale)
    let zero = (-low / safe).round().clamped(low: 0, high: 255).converted(to: .uint8)
    return (safe, zero)
  }
}

extension Operator {
  /// To whole numbers and back, and products of them.
  static let quantized: [Operator] = [
    Operator("QuantizeLinear", fixed: [1, 2], refuses: unsupportedResult) { call in
      let (x, zero) = (try call.tensor(0), try call.tensorIfAny(2))
      let (axis, block) = (try call.attributes.int("axis", 1), try call.attributes.int("block_size", 0))
      let named = try call.attributes.int("output_dtype", 0)
      let dtype = zero?.dtype ?? (named == 0 ? .uint8 : ElementType.dtype(of: named) ?? .uint8)
      guard dtype.isInteger else { throw NodeFailure(expected: "whole numbers as the result", got: "\(dtype)") }
      let precision = try call.dtype("precision") ?? .float32
      let wide = x.converted(to: x.dtype.isFloatingPoint && x.dtype.byteCount < 4 ? precision : x.dtype.floating)
      let scale = try Quantization.spread(try call.tensor(1), over: x, axis, block: block).converted(to: wide.dtype)
      let origin = try zero.map { try Quantization.spread($0, over: x, axis, block: block) }
      return Quantization.rounded(wide / scale, zero: origin, to: dtype)
    },
    Operator("DequantizeLinear", fixed: [1, 2], refuses: unsupportedResult) { call in
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
    .several("DynamicQuantizeLinear") { call in
      let x = try call.tensor(0)
      let (scale, zero) = Quantization.parameters(of: x)
      return [Quantization.rounded(x / scale, zero: zero, to: .uint8), scale, zero]
    },
    Operator("MatMulInteger", fixed: [0, 1, 2, 3]) { call in
      let (a, b) = (try call.tensor(0), try call.tensor(1))
      return try WholeProduct(a, zero: call.tensorIfAny(2), b, zero: call.tensorIfAny(3)).value
    },
    Operator("QLinearMatMul", fixed: [1, 2, 3, 4, 5, 6, 7]) { call in
      let (a, b) = (try call.tensor(0), try call.tensor(3))
      let zero = try call.tensor(7)
      let sums = try WholeProduct(a, zero: call.tensor(2), b, zero: call.tensor(5)).value
      let scale =
        try call.tensor(1).converted(to: .float32) * (try call.tensor(4).converted(to: .float32))
        / (try call.tensor(6).converted(to: .float32))
      return Quantization.rounded(
        sums.converted(to: .float32) * (scale.elementCount == 1 ? scale.reshaped(to: []) : scale), zero: zero,
        to: zero.dtype)
    },
    Operator("ConvInteger", fixed: [0, 1, 2, 3]) { call in
      let (x, weight) = (try call.tensor(0), try call.tensor(1))
      return try sums(call, x, weight, try call.tensorIfAny(2), try call.tensorIfAny(3)).converted(to: .int32)
    },
    Operator("QLinearConv", fixed: [1, 2, 3, 4, 5, 6, 7, 8]) { call in
      let (x, weight, zero) = (try call.tensor(0), try call.tensor(3), try call.tensor(7))
      var whole = try sums(call, x, weight, try call.tensor(2), try call.tensor(5))
      func channels(_ values: Tensor) -> Tensor {
        values.elementCount == 1
          ? values.reshaped(to: [])
          : values.reshaped(to: Shape([values.elementCount] + Array(repeating: 1, count: x.rank - 2)))
      }
      if let bias = try call.tensorIfAny(8) { whole = whole + channels(bias).converted(to: whole.dtype) }
      let scale =
        try call.tensor(1).reshaped(to: []) * channels(try call.tensor(4)) / (try call.tensor(6).reshaped(to: []))
      return Quantization.rounded(whole * scale.converted(to: whole.dtype), zero: zero.reshaped(to: []), to: zero.dtype)
    },
  ]

  /// 0 is what is said where nothing is.
  @Sendable private static func unsupportedResult(_ attributes: Attributes) -> String? {
    guard let number = try? attributes.int("output_dtype"), number != 0, ElementType.dtype(of: number) == nil else {
      return nil
    }
    return "a result of \(ElementType.name(of: number))"
  }

  /// A convolution of whole numbers, exact: in float32 where its sums stay within 24 bits, else in float64.
  private static func sums(
    _ call: NodeCall, _ x: Tensor, _ weight: Tensor, _ zero: Tensor?, _ weightZero: Tensor?
  ) throws -> Tensor {
    let terms = weight.shape.sizes.dropFirst().reduce(1.0) { $0 * Double($1) }
    let dtype: DType = terms < 0x1p8 ? .float32 : .float64
    return try convolved(
      call, try Quantization.centered(x, zero).converted(to: dtype),
      try Quantization.centered(weight, weightZero, along: 0).converted(to: dtype), bias: nil)
  }
}

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
  /// - Parameter range: The least and the greatest, where they are fewer than those that the type holds.
  static func rounded(
    _ scaled: Tensor, zero: Tensor?, to dtype: DType, within range: (low: Double, high: Double)? = nil
  ) -> Tensor {
    let wide = scaled.round() + (zero?.converted(to: scaled.dtype) ?? Tensor(0, dtype: scaled.dtype))
    let (low, high) = range ?? self.range(dtype)
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
  /// - Parameter axes: Those that share a scale, which stay as axes of 1; nil for all, and a scalar.
  static func parameters(of x: Tensor, axes: [Int]? = nil) -> (scale: Tensor, zero: Tensor) {
    let x = x.detach()
    let (least, most) = (x.min(axes: axes, keepDims: axes != nil), x.max(axes: axes, keepDims: axes != nil))
    let (low, high) = (minimum(least, 0), maximum(most, 0))
    let scale = (high - low) / 255
    let safe = Tensor.where(scale .== 0, Tensor(1, dtype: scale.dtype), scale)
    let zero = (-low / safe).round().clamped(low: 0, high: 255).converted(to: .uint8)
    return (safe, zero)
  }
}

extension NodeCall {
  /// The zero point at an input; nil where there is none, or where it is known to be 0.
  func zeroPoint(_ place: Int) throws -> Tensor? {
    guard let zero = try tensorIfAny(place) else { return nil }
    let isKnown = known.indices.contains(place) && known[place] && zero.elementCount < 1 << 16
    return isKnown && zero.scalars(as: Int.self).allSatisfy { $0 == 0 } ? nil : zero
  }
}

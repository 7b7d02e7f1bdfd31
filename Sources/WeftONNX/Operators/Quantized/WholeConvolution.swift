import WeftTensor

/// A convolution of whole numbers of 8 bits less their zero points, of int32: exact, whatever the order of its sums.
///
/// Windows of all channels are rows of a matrix, so that the kernels' product of bytes multiplies them.
struct WholeConvolution {
  private let call: NodeCall
  private let x: Tensor
  private let weight: Tensor
  /// The zero points; the weight's may be one for each of its channels.
  private let zeros: (x: Tensor?, weight: Tensor?)

  init(_ call: NodeCall, _ x: Tensor, zero: Tensor?, _ weight: Tensor, zero other: Tensor?) {
    (self.call, self.x, self.weight, zeros) = (call, x, weight, (zero, other))
  }

  /// - Parameter bias: Of int32, one for each channel of the result; nil for none.
  /// - Throws: `NodeFailure` for shapes and zero points that do not fit.
  func value(bias: Tensor? = nil) throws -> Tensor {
    let groups = try call.attributes.int("group", 1)
    let isOfBytes = [x, weight].allSatisfy { $0.dtype == .uint8 || $0.dtype == .int8 }
    if isOfBytes && groups == 1 && x.rank > 2 && x.rank == weight.rank { return try ofBytes(bias) }
    let y = try ofNumbers
    return bias.map { y + $0.reshaped(to: Shape([-1] + Array(repeating: 1, count: max(0, x.rank - 2)))) } ?? y
  }

  /// In float32 where sums stay within 24 bits, else in float64.
  private var ofNumbers: Tensor {
    get throws {
      let terms = weight.shape.sizes.dropFirst().reduce(1.0) { $0 * Double($1) }
      let dtype: DType = terms < 0x1p8 ? .float32 : .float64
      return try Operator.convolved(
        call, try Quantization.centered(x, zeros.x).converted(to: dtype),
        try Quantization.centered(weight, zeros.weight, along: 0).converted(to: dtype), bias: nil
      ).converted(to: .int32)
    }
  }

  private func ofBytes(_ bias: Tensor?) throws -> Tensor {
    let kernel = Array(weight.shape.sizes.dropFirst(2))
    let windows = try Windows(call, sizes: Array(x.shape.sizes.dropFirst(2)), kernel: kernel)
    guard x.shape[1] == weight.shape[1] else {
      throw NodeFailure(expected: "\(weight.shape[1]) channels", got: "\(x.spec)")
    }
    // Channels last, so that a window's row is a run of memory: [N, places..., kernel..., C].
    var cut = padded(windows).movedAxis(1, to: -1).contiguous()
    let count = kernel.count
    for axis in kernel.indices {
      cut = cut.slidingWindows(
        axis: 1 + axis, size: kernel[axis], step: windows.strides[axis], dilation: windows.dilations[axis])
    }
    cut = cut.movedAxis(1 + count, to: -1)
    try checkTensorErrors()
    let places = Array(cut.shape.sizes[1..<1 + count])
    let width = weight.shape.sizes.dropFirst().reduce(1, *)
    let rows = cut.reshaped(to: [x.shape[0], places.reduce(1, *), width])
    let columns = weight.movedAxis(1, to: -1).reshaped(to: [weight.shape[0], width]).transposed()
    let sums = try WholeProduct(rows, zero: zeros.x, columns, zero: zeros.weight).value(adding: bias)
    return sums.transposed().reshaped(to: Shape([x.shape[0], weight.shape[0]] + places))
  }

  /// What lies beyond the edge stands for 0, as its zero point does.
  private func padded(_ windows: Windows) -> Tensor {
    guard windows.isPadded else { return x }
    let amounts = windows.amounts(beyond: Array(repeating: 0, count: windows.kernel.count))
    guard let zero = zeros.x else { return x.padded(amounts) }
    let isInside = Tensor(ones: Shape([1, 1] + x.shape.sizes.dropFirst(2)), dtype: .bool).padded(amounts)
    return Tensor.where(isInside, x.padded(amounts), zero.reshaped(to: []))
  }
}

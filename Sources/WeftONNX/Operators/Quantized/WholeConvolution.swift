import WeftTensor

/// A convolution of whole numbers of 8 bits less their zero points.
///
/// The kernels convolve bytes as they are, and the zero points' part is added to that:
/// Σ (x - p)(w - q) = Σ xw - p·Σw - q·Σx + k·p·q, where what lies beyond the edge is p.
struct WholeConvolution {
  /// The sum of so many products of bytes is one that float32 holds, whatever they are.
  private static let exactTerms = 514

  private let call: NodeCall
  private let x: Tensor
  private let weight: Tensor
  /// The zero points; the weight's may be one for each of its channels.
  private let zeros: (x: Tensor?, weight: Tensor?)
  private let groups: Int
  /// The zero point of x where it is known beforehand.
  private let knownZero: Int?

  /// - Parameter place: Where the node has the zero point of x.
  init(_ call: NodeCall, _ x: Tensor, zero place: Int, _ weight: Tensor, zero other: Int) throws {
    (self.call, self.x, self.weight) = (call, x, weight)
    zeros = (try call.zeroPoint(place), try call.zeroPoint(other))
    groups = try call.attributes.int("group", 1)
    let isKnown = call.known.indices.contains(place) && call.known[place]
    knownZero = isKnown && zeros.x?.elementCount == 1 ? zeros.x?.scalars(as: Int.self)[0] : nil
  }

  private var isOfBytes: Bool {
    [x, weight].allSatisfy { $0.dtype == .uint8 || $0.dtype == .int8 } && (3...5).contains(x.rank)
      && x.rank == weight.rank && x.elementCount > 0 && weight.elementCount > 0
  }

  /// How many products of bytes each sum has.
  private var terms: Int { weight.shape.sizes.dropFirst().reduce(1, *) }

  /// The sums in int32, exact.
  /// - Throws: `NodeFailure` for shapes and zero points that do not fit.
  func value() throws -> Tensor {
    guard isOfBytes else { return try ofNumbers }
    let area = weight.shape.sizes.dropFirst(2).reduce(1, *)
    guard terms <= Self.exactTerms || groups == 1 && area <= Self.exactTerms else { return try ofNumbers }
    return try ofBytes(bias: nil, as: .int32, channels: groups == 1 ? Self.exactTerms / area : weight.shape[1])
  }

  /// The sums and a bias in float32. Below 2²⁴ they are exact; beyond it the products of the bytes are rounded, and so
  /// is each part that zero points and the bias add to them.
  /// - Parameter bias: Of int32, one for each channel of the result; nil for none.
  /// - Throws: `NodeFailure` for shapes and zero points that do not fit.
  func rounded(bias: Tensor?) throws -> Tensor {
    if isOfBytes { return try ofBytes(bias: bias, as: .float32, channels: weight.shape[1]) }
    let y = try ofNumbers
    return (bias.map { y + spread($0) } ?? y).converted(to: .float32)
  }

  /// In float32 where sums stay within 24 bits, else in float64.
  private var ofNumbers: Tensor {
    get throws {
      // Sizes of a weight without elements may be any.
      let terms = weight.shape.sizes.dropFirst().reduce(1.0) { $0 * Double($1) }
      let dtype: DType = terms < 0x1p8 ? .float32 : .float64
      return try Operator.convolved(
        call, try Quantization.centered(x, zeros.x).converted(to: dtype),
        try Quantization.centered(weight, zeros.weight, along: 0).converted(to: dtype), bias: nil
      ).converted(to: .int32)
    }
  }

  /// One number for all channels of the result, or one for each, as it stands beside the result.
  private func spread(_ values: Tensor) -> Tensor {
    values.elementCount == 1
      ? values.reshaped(to: []) : values.reshaped(to: Shape([-1] + Array(repeating: 1, count: max(0, x.rank - 2))))
  }

  /// - Parameter channels: So many of the input are summed up at once.
  private func ofBytes(bias: Tensor?, as dtype: DType, channels: Int) throws -> Tensor {
    let windows = try Windows(
      call, sizes: Array(x.shape.sizes.dropFirst(2)), kernel: Array(weight.shape.sizes.dropFirst(2)))
    let p = try Quantization.origin(of: x, zeros.x)
    guard p?.elementCount ?? 1 == 1 else { throw NodeFailure(expected: "one zero point for x", got: "several") }
    // Kernels take signed weights: those from 0 move down, and their zero point with them.
    let isUnsigned = weight.dtype == .uint8
    let signed = isUnsigned ? (weight.converted(to: .int32) - 128).converted(to: .int8) : weight
    let origin = try Quantization.origin(of: weight, zeros.weight, along: 0)
    let q = isUnsigned ? (origin ?? Tensor(0, dtype: .int32)) - Tensor(128, dtype: .int32) : origin
    let (source, padding) = padded(windows)
    let convolution = IntegerConvolution(
      ConvolutionWindows(
        stride: PerAxis(windows.strides), padding: padding, dilation: PerAxis(windows.dilations), groups: groups))
    var y = sums(convolution, source, signed, dtype, channels)
    // Before a weight of as many groups as the file says.
    try checkTensorErrors()
    if let q {
      let ones = Tensor(ones: Shape([groups] + weight.shape.sizes.dropFirst()), dtype: .int8)
      let inputs = sums(convolution, source, ones, dtype, channels)
      let each = weight.shape[0] / max(groups, 1)
      y = y - (groups == 1 ? inputs : inputs.repeatInterleaved(each, axis: 1)) * spread(q).converted(to: dtype)
    }
    let whole: DType = dtype == .int32 ? .int32 : .int64
    guard let constant = constant(bias, p, q, signed, in: whole) else { return y }
    return y + constant.converted(to: dtype)
  }

  /// What is the same for all places.
  /// - Parameter dtype: Of whole numbers: int32 wraps, and so the sums with it do; int64 holds them all.
  private func constant(
    _ bias: Tensor?, _ p: Tensor?, _ q: Tensor?, _ signed: Tensor, in dtype: DType
  ) -> Tensor? {
    guard let p = p?.converted(to: dtype) else { return bias.map(spread) }
    var sum = -(p * signed.reshaped(to: [weight.shape[0], -1]).sum(axis: 1, dtype: dtype))
    if let q { sum = sum + p * q.reshaped(-1).converted(to: dtype) * Tensor(terms, dtype: dtype) }
    if let bias { sum = sum + bias.converted(to: dtype) }
    return spread(sum)
  }

  private func sums(
    _ convolution: IntegerConvolution, _ x: Tensor, _ weight: Tensor, _ dtype: DType, _ channels: Int
  ) -> Tensor {
    func part(_ x: Tensor, _ weight: Tensor) -> Tensor { apply(convolution, [x, weight])[0].converted(to: dtype) }
    let count = weight.shape[1]
    guard channels < count, x.shape[1] == count else { return part(x, weight) }
    let parts = stride(from: 0, to: count, by: channels).map { first -> Tensor in
      let last = min(first + channels, count)
      return part(x.sliced(axis: 1, from: first, to: last), weight.sliced(axis: 1, from: first, to: last))
    }
    return parts.dropFirst().reduce(parts[0], +)
  }

  /// x with what lies beyond its edge, where that is not 0 as the kernels have it.
  private func padded(_ windows: Windows) -> (Tensor, Padding) {
    guard windows.isPadded, let zero = zeros.x else {
      return (x, Padding(before: PerAxis(windows.before), after: PerAxis(windows.after)))
    }
    let amounts = windows.amounts(beyond: Array(repeating: 0, count: windows.kernel.count))
    if let knownZero { return (x.padded(amounts, mode: .constant(Double(knownZero))), 0) }
    let isInside = Tensor(ones: Shape([1, 1] + x.shape.sizes.dropFirst(2)), dtype: .bool).padded(amounts)
    return (Tensor.where(isInside, x.padded(amounts), zero.reshaped(to: [])), 0)
  }
}

import WeftTensor

/// The weights of `MatMulNBits`: numbers of 2, 4 or 8 bits in blocks along the inner axis, with a scale for each.
struct PackedMatrix {
  private let call: NodeCall
  private let x: Tensor
  /// Of uint8, [rows, bytes].
  private let packed: Tensor
  /// [rows, blocks].
  private let scales: Tensor
  private let inner: Int
  private let rows: Int
  private let bits: Int
  private let block: Int
  /// The block whose scale each column has, where they are not in their order.
  private let groups: Tensor?

  private var blocks: Int { scales.shape[1] }

  /// - Throws: `NodeFailure` for what does not fit together.
  init(_ call: NodeCall) throws {
    let attributes = call.attributes
    let (packed, scales) = (try call.tensor(1), try call.tensor(2))
    (inner, rows) = (try attributes.int("K", 0), try attributes.int("N", 0))
    (bits, block) = (try attributes.int("bits", 4), try attributes.int("block_size", 32))
    guard [2, 4, 8].contains(bits), (16...1 << 20).contains(block), (1..<1 << 28).contains(inner),
      (1..<1 << 28).contains(rows), packed.dtype == .uint8
    else { throw NodeFailure(expected: "weights of 2, 4 or 8 bits in blocks", got: "\(packed.spec)") }
    let blocks = (inner + block - 1) / block
    guard packed.elementCount == rows * blocks * block * bits / 8, scales.elementCount == rows * blocks else {
      throw NodeFailure(expected: "\(rows) x \(blocks) blocks", got: "\(packed.spec), scales \(scales.spec)")
    }
    groups = try Self.groups(call, inner)
    (self.call, x) = (call, try call.tensor(0))
    (self.packed, self.scales) = (packed.reshaped(to: [rows, -1]), scales.reshaped(to: [rows, blocks]))
  }

  private static func groups(_ call: NodeCall, _ inner: Int) throws -> Tensor? {
    guard let groups = try call.tensorIfAny(4) else { return nil }
    guard groups.dtype.isInteger, groups.elementCount >= inner else {
      throw NodeFailure(expected: "a block for each of \(inner) columns", got: "\(groups.spec)")
    }
    return groups.reshaped(-1).narrowed(axis: 0, from: 0, count: inner).converted(to: .int64)
  }

  /// x times the matrix, with the bias if there is one.
  var product: Tensor {
    get throws {
      let zeros = try zeros
      let y =
        ofKernels(zeros)
        ?? x.matmul(numbers(zeros).converted(to: x.dtype).transposed())
      return try call.tensorIfAny(5).map { y + $0 } ?? y
    }
  }

  /// What stands for 0 in each block, [rows, blocks]; nil where it is the middle.
  private var zeros: Tensor? {
    get throws {
      guard let stated = try call.tensorIfAny(3) else { return nil }
      let rows = stated.reshaped(to: [rows, -1])
      return (stated.dtype == .uint8 ? PackedNumbers.unpacked(rows, bits) : rows)
        .narrowed(axis: 1, from: 0, count: blocks).converted(to: scales.dtype)
    }
  }

  /// The product from the codes as they are, where kernels read such: 4 bits, or 8 around the middle.
  private func ofKernels(_ zeros: Tensor?) -> Tensor? {
    guard groups == nil, inner == blocks * block, block.isMultiple(of: 32), x.dtype.isFloatingPoint else { return nil }
    switch (bits, zeros) {
    case (4, _):
      // From pairs of neighbours to pairs that are 16 apart.
      let halves = PackedNumbers.unpacked(packed, 4).reshaped(to: [rows, inner / 32, 2, 16])
      let (low, high) = (halves.narrowed(axis: 2, from: 0, count: 1), halves.narrowed(axis: 2, from: 1, count: 1))
      let codes = low.bitwiseOr(high.bitsShiftedLeft(by: Tensor(4).converted(to: .uint8))).reshaped(to: [
        rows, inner / 2,
      ])
      let minima = zeros.map { [-($0 * scales)] } ?? []
      return apply(QuantizedLinear(format: .int4), [x, codes, scales] + minima)[0]
    case (8, nil):
      let codes = (packed.converted(to: .int32) - 128).converted(to: .int8)
      return apply(QuantizedLinear(format: .int8), [x, codes, scales])[0]
    default: return nil
    }
  }

  /// The matrix, [rows, inner].
  private func numbers(_ zeros: Tensor?) -> Tensor {
    let codes = PackedNumbers.unpacked(packed, bits).converted(to: scales.dtype)
    let middle = Tensor(Double(1 << (bits - 1)), dtype: scales.dtype)
    if let groups {
      func each(_ x: Tensor) -> Tensor { x.indexSelected(groups, axis: 1) }
      return (codes.narrowed(axis: 1, from: 0, count: inner) - (zeros.map(each) ?? middle)) * each(scales)
    }
    let numbers = codes.reshaped(to: [rows, blocks, block])
    let zero = zeros?.unsqueezed(-1) ?? middle
    return ((numbers - zero) * scales.unsqueezed(-1)).reshaped(to: [rows, blocks * block])
      .narrowed(axis: 1, from: 0, count: inner)
  }
}

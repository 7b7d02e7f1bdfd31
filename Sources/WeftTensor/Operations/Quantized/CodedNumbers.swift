// What codes stand for, in tensor operations and by definition.
extension CodeFormat {
  /// The codes of a format that holds no scales as numbers, [out, groups, group]; those of `int4` less 8, unless there
  /// are minima.
  func grouped(_ codes: Tensor, _ sizes: CodedSizes, hasMinima: Bool, as dtype: DType) -> Tensor {
    let hasNumbers = sizes.inputs > 0
    let shape: Shape = [sizes.outputs, max(sizes.inputs, 1) / sizes.group, hasNumbers ? sizes.group : 0]
    guard self == .int4 else { return codes.converted(to: dtype).reshaped(to: shape) }
    let halves = codes.reshaped(sizes.outputs, sizes.inputs / 32, 16)
    let all = concatenated([halves.bitwiseAnd(15), halves.bitsShiftedRight(by: 4)], axis: -1).converted(to: dtype)
    return (hasMinima ? all : all - 8).reshaped(to: shape)
  }

  /// The numbers of a weight, in tensor operations.
  func numbers(_ weight: [Tensor], _ sizes: CodedSizes, as dtype: DType) -> Tensor {
    let hasMinima = weight.count > 2
    var all = grouped(weight[0], sizes, hasMinima: hasMinima, as: dtype)
    all = all * weight[1].converted(to: dtype).unsqueezed(-1)
    if hasMinima { all = all + weight[2].converted(to: dtype).unsqueezed(-1) }
    return all.reshaped(sizes.outputs, sizes.inputs)
  }

  /// The gradients of scales and minima from that of the numbers.
  func gradients(ofNumbers gradient: Tensor, _ weight: [Tensor], _ sizes: CodedSizes) -> [Tensor] {
    let hasMinima = weight.count > 2
    let codes = grouped(weight[0], sizes, hasMinima: hasMinima, as: gradient.dtype)
    let parts = gradient.reshaped(to: codes.shape)
    return [(parts * codes).sum(axis: -1)] + (hasMinima ? [parts.sum(axis: -1)] : [])
  }

  /// A weight's numbers by definition.
  func reference(_ weight: [ReferenceArray]) -> ReferenceArray {
    let (codes, bytes) = (weight[0], unitBytes)
    let inputs = self == .int8 ? codes.shape[1] : codes.shape[1] / bytes * 32
    return ReferenceArray(shape: [codes.shape[0], inputs]) { index in
      let (row, column) = (index[0], index[1])
      func byte(_ place: Int) -> Int { Int(codes[[row, column / 32 * bytes + place]]) }
      func half(_ place: Int) -> Double {
        Double(Float16(bitPattern: UInt16(byte(place)) | UInt16(byte(place + 1)) << 8))
      }
      func nibble(_ start: Int) -> Double {
        let pair = byte(start + column % 16)
        return Double(column % 32 < 16 ? pair & 15 : pair >> 4)
      }
      func own(_ values: ReferenceArray) -> Double { values[[row, column * values.shape[1] / inputs]] }
      switch self {
      case .int8: return codes[[row, column]] * own(weight[1])
      case .int4:
        return weight.count > 2 ? nibble(0) * own(weight[1]) + own(weight[2]) : (nibble(0) - 8) * own(weight[1])
      case .q8_0: return half(0) * Double(Int8(truncatingIfNeeded: byte(2 + column % 32)))
      case .q4_0: return half(0) * (nibble(2) - 8)
      case .q4_1: return half(0) * nibble(4) + half(2)
      }
    }
  }
}

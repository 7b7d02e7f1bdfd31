import CWeft

// Distances of rows on the kernels of weft_distance.h.
extension CPUBackend {
  /// The fewest rows that are worth a vector, most of which is thrown away, and that pay for turning the others round.
  private static let fewestRows = 4
  /// The longest rows of which a thread keeps a block turned round.
  private static let longestRow = 1 << 16

  func distanceSums(order: Double, _ a: Tensor, _ b: Tensor, as output: TensorSpec) -> Tensor? {
    guard output.shape[-1] >= Self.fewestRows, a.shape[-2] >= Self.fewestRows,
      let call = Self.describe(order, output.dtype, output.shape.leading, rows: a.shape, others: b.shape)
    else { return nil }
    let operands = Self.laidOut([a, b], output.shape.leading, output.dtype)
    let result = Tensor(uninitialized: output)
    guard !(operands + [result]).contains(where: \.isInvalid) else { return result }
    withExtendedLifetime(operands) {
      withUnsafePointer(to: call) {
        weft_distance_sums($0, operands[0].baseAddress, operands[1].baseAddress, result.baseAddress)
      }
    }
    return result
  }

  func distanceGradient(
    order: Double, _ gradient: Tensor, rows: Tensor, others: Tensor, y: Tensor, isTurned: Bool, as output: TensorSpec
  ) -> Tensor? {
    let (lead, wide) = (output.shape.leading, output.dtype.statistics)
    guard order != 0, rows.shape[-2] >= Self.fewestRows, others.shape[-2] > 1,
      let call = Self.describe(order, wide, lead, rows: rows.shape, others: others.shape)
    else { return nil }
    let operands = Self.laidOut([rows, others, y, gradient], lead, wide)
    let result = Tensor(uninitialized: TensorSpec(output.shape, wide))
    guard !(operands + [result]).contains(where: \.isInvalid) else { return result }
    withExtendedLifetime(operands) {
      withUnsafePointer(to: call) {
        weft_distance_gradient(
          $0, operands[0].baseAddress, operands[1].baseAddress, operands[2].baseAddress, operands[3].baseAddress,
          isTurned, result.baseAddress)
      }
    }
    return result.converted(to: output.dtype)
  }

  /// nil where the formulas do it: of other orders, and of rows of nothing.
  private static func describe(
    _ order: Double, _ dtype: DType, _ lead: Shape, rows: Shape, others: Shape
  ) -> weft_distances? {
    var call = weft_distances()
    switch order {
    case 0: call.kind = WEFT_DISTANCE_COUNT
    case 1: call.kind = WEFT_DISTANCE_SUM
    case 2: call.kind = WEFT_DISTANCE_SQUARES
    case .infinity: call.kind = WEFT_DISTANCE_LARGEST
    default: return nil
    }
    guard (1...longestRow).contains(rows[-1]) else { return nil }
    (call.dtype, call.batch) = (Int32(dtype.rawValue), Int64(lead.elementCount))
    (call.rows, call.others, call.width) = (Int64(rows[-2]), Int64(others[-2]), Int64(rows[-1]))
    return call
  }

  /// Matrices of the type, one for each index of the leading axes, without gaps.
  private static func laidOut(_ tensors: [Tensor], _ lead: Shape, _ dtype: DType) -> [Tensor] {
    tensors.map { tensor in
      let shape: Shape = lead + [tensor.shape[-2], tensor.shape[-1]]
      return tensor.converted(to: dtype).expanded(to: shape).contiguous()
    }
  }
}

import WeftTensor

/// Numbers of less than 8 bits, several in a byte.
enum PackedNumbers {
  /// The numbers in bytes, the low bits first: [rows, bytes] to [rows, numbers].
  static func unpacked(_ bytes: Tensor, _ bits: Int) -> Tensor {
    if bits == 8 { return bytes }
    let mask = Tensor((1 << bits) - 1).converted(to: .uint8)
    let parts = stride(from: 0, to: 8, by: bits).map { shift in
      bytes.bitsShiftedRight(by: Tensor(shift).converted(to: .uint8)).bitwiseAnd(mask)
    }
    return stacked(parts, axis: -1).reshaped(to: [bytes.shape[0], -1])
  }
}

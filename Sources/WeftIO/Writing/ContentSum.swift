import CZlib
import WeftTensor

/// A sum over bytes by which damage is noticed: CRC-32, as in gzip.
package struct ContentSum {
  private var sum = crc32(0, nil, 0)

  package init() {}

  /// Takes in bytes.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      sum = crc32(sum, piece.bindMemory(to: UInt8.self).baseAddress, UInt32(piece.count))
      rest = rest.dropFirst(piece.count)
    }
  }

  /// Takes in a text with its length, so that texts one after the other are told from one.
  package mutating func add(_ text: String) {
    let bytes = Array("\(text.utf8.count):\(text)".utf8)
    bytes.withUnsafeBytes { add($0) }
  }

  /// Takes in a tensor: its shape, its type and its elements.
  package mutating func add(_ tensor: Tensor) {
    add("\(tensor.spec)")
    tensor.withUnsafeBytes { add($0) }
  }

  /// Eight hexadecimal digits.
  package var text: String {
    let digits = String(UInt32(truncatingIfNeeded: sum), radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

import WeftTensor

/// A sum over bytes by which damage is noticed: CRC-32, as in gzip.
package struct ContentSum {
  private var sum: UInt32 = 0

  package init() {}

  /// Takes in bytes.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    sum = Checksum.of(bytes, after: sum)
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
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

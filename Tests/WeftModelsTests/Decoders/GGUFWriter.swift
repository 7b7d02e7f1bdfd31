import Foundation
import Weft

/// Writes small GGUF files, of numbers of 32 bits.
struct GGUFWriter {
  var metadata: [(key: String, value: FileValue)] = []
  var tensors: [(name: String, tensor: Tensor)] = []

  func write(to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  var bytes: [UInt8] {
    var bytes = Array("GGUF".utf8) + Self.little(UInt32(3))
    bytes += Self.little(UInt64(tensors.count)) + Self.little(UInt64(metadata.count))
    for (key, value) in metadata { bytes += Self.text(key) + Self.little(Self.type(value)) + Self.value(value) }
    var offset = 0
    for (name, tensor) in tensors {
      bytes += Self.text(name) + Self.little(UInt32(tensor.rank))
      for size in tensor.shape.reversed() { bytes += Self.little(UInt64(size)) }
      bytes += Self.little(UInt32(0)) + Self.little(UInt64(offset))
      offset += Self.padded(4 * tensor.elementCount)
    }
    bytes += [UInt8](repeating: 0, count: Self.padded(bytes.count) - bytes.count)
    for (_, tensor) in tensors {
      let own = tensor.scalars(as: Float.self).flatMap { Self.little($0.bitPattern) }
      bytes += own + [UInt8](repeating: 0, count: Self.padded(own.count) - own.count)
    }
    return bytes
  }

  private static func padded(_ count: Int) -> Int { (count + 31) / 32 * 32 }

  private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  private static func text(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + Array(text.utf8) }

  private static func type(_ value: FileValue) -> UInt32 {
    switch value {
    case .integer: 11
    case .number: 12
    case .truth: 7
    case .list: 9
    default: 8
    }
  }

  private static func value(_ value: FileValue) -> [UInt8] {
    switch value {
    case .text(let text): Self.text(text)
    case .integer(let number): little(Int64(number))
    case .number(let number): little(number.bitPattern)
    case .truth(let truth): [truth ? 1 : 0]
    case .list(let values):
      little(values.first.map(type) ?? 8) + little(UInt64(values.count)) + values.flatMap(Self.value)
    default: text("")
    }
  }
}

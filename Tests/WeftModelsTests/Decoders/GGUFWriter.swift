import Foundation
import Weft

/// Writes small GGUF files, of numbers of 32 bits, or of blocks of 8 bits (Q8_0).
struct GGUFWriter {
  var metadata: [(key: String, value: FileValue)] = []
  var tensors: [(name: String, tensor: Tensor)] = []
  /// The tensors that are written in blocks.
  var inBlocks: Set<String> = []

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
      let isInBlocks = inBlocks.contains(name)
      bytes += Self.little(UInt32(isInBlocks ? 8 : 0)) + Self.little(UInt64(offset))
      offset += Self.padded(isInBlocks ? tensor.elementCount / 32 * 34 : 4 * tensor.elementCount)
    }
    bytes += [UInt8](repeating: 0, count: Self.padded(bytes.count) - bytes.count)
    for (name, tensor) in tensors {
      let numbers = tensor.scalars(as: Float.self)
      let own = inBlocks.contains(name) ? Self.blocks(numbers) : numbers.flatMap { Self.little($0.bitPattern) }
      bytes += own + [UInt8](repeating: 0, count: Self.padded(own.count) - own.count)
    }
    return bytes
  }

  /// A float16 scale and 32 codes each.
  private static func blocks(_ numbers: [Float]) -> [UInt8] {
    stride(from: 0, to: numbers.count, by: 32).flatMap { start -> [UInt8] in
      let part = numbers[start..<(start + 32)]
      let scale = Float16((part.map(abs).max() ?? 0) / 127)
      let codes = part.map { UInt8(bitPattern: Int8(scale == 0 ? 0 : ($0 / Float(scale)).rounded())) }
      return little(scale.bitPattern) + codes
    }
  }

  /// The bytes before the numbers of tensors.
  var headerCount: Int? {
    let numbers = tensors.reduce(0) { $0 + Self.padded(4 * $1.tensor.elementCount) }
    return bytes.count > numbers ? bytes.count - numbers : nil
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

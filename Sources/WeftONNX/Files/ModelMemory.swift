import WeftData
import WeftIO

/// The bytes of a message's file without the elements of its large tensors, which stay where they are and are named by
/// their place: a model of gigabytes is parsed as one of kilobytes.
///
/// The elements (`raw_data`) of a tensor are replaced by an entry of `external_data` whose key is `ModelMemory.key` and
/// whose value is where they begin and end.
struct ModelMemory {
  static let key = "weft.range"
  /// Elements of fewer bytes are left where they are.
  private static let least = 1024

  let memory: FileMemory
  private let limits: LoadLimits

  init(_ memory: FileMemory, limits: LoadLimits) { (self.memory, self.limits) = (memory, limits) }

  /// A kind of message, as far as the way to its tensors goes.
  private enum Message {
    case model, graph, function, node, attribute, tensor, sparse, training

    /// The kind of message in a field, where tensors may be in it.
    func child(_ field: UInt64) -> Message? {
      switch (self, field) {
      case (.model, 7), (.attribute, 6), (.attribute, 11), (.training, 1), (.training, 2): .graph
      case (.model, 20): .training
      case (.model, 25): .function
      case (.graph, 1), (.function, 7): .node
      case (.graph, 5), (.attribute, 5), (.attribute, 10), (.sparse, 1), (.sparse, 2): .tensor
      case (.graph, 15), (.attribute, 22), (.attribute, 23): .sparse
      case (.node, 5): .attribute
      default: nil
      }
    }
  }

  /// The model's bytes in brief.
  func model() throws -> [UInt8] { try brief(.model, 0..<memory.count, depth: 0) }

  /// A tensor's bytes in brief.
  func tensor() throws -> [UInt8] { try brief(.tensor, 0..<memory.count, depth: 0) }

  private func brief(_ kind: Message, _ range: Range<Int>, depth: Int) throws -> [UInt8] {
    guard depth <= limits.nesting * 4 else {
      throw fault(range.lowerBound, "messages nested at most \(limits.nesting * 4) deep", "more")
    }
    var result: [UInt8] = []
    var place = range.lowerBound
    while place < range.upperBound {
      let start = place
      let tag = try varint(&place, range)
      guard let content = try content(tag & 7, &place, range) else {
        result += memory.bytes[start..<place]
        continue
      }
      if kind == .tensor, tag >> 3 == 9, content.count >= Self.least {
        Self.append(Self.entry(for: content), field: 13, to: &result)
      } else if let child = kind.child(tag >> 3) {
        Self.append(try brief(child, content, depth: depth + 1), field: tag >> 3, to: &result)
      } else {
        result += memory.bytes[start..<place]
      }
      guard result.count <= limits.headerBytes else {
        throw DataFileError(
          .limitExceeded, file: memory.name, at: place,
          expected: "at most \(limits.headerBytes) bytes beside the tensors' elements", found: "more",
          hint: "if the file is meant to be so, raise `LoadLimits.headerBytes`")
      }
    }
    return result
  }

  /// The range of a field with a length, which is stepped over; nil for another field, stepped over too.
  private func content(_ wire: UInt64, _ place: inout Int, _ range: Range<Int>) throws -> Range<Int>? {
    let size: Int
    switch wire {
    case 0:
      _ = try varint(&place, range)
      return nil
    case 1: size = 8
    case 5: size = 4
    case 2:
      let length = try varint(&place, range)
      size = length < UInt64(memory.count) ? Int(length) : memory.count
    default: throw fault(place, "a field of a protocol buffer", "wire type \(wire)")
    }
    guard size <= range.upperBound - place else {
      throw DataFileError(
        .truncated, file: memory.name, at: place, expected: "a field of \(size) bytes",
        found: "\(range.upperBound - place) bytes before the end", looksLike: memory.looksLike,
        hint: "a download may have been cut short")
    }
    place += size
    return wire == 2 ? place - size..<place : nil
  }

  private func varint(_ place: inout Int, _ range: Range<Int>) throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0 as UInt64, to: 70, by: 7) {
      guard place < range.upperBound else { throw fault(place, "a number", "the end") }
      let byte = memory.bytes[place]
      place += 1
      value |= shift < 64 ? UInt64(byte & 0x7F) << shift : 0
      if byte < 0x80 { return value }
    }
    throw fault(place, "a number of at most 10 bytes", "more")
  }

  private func fault(_ place: Int, _ expected: String, _ found: String) -> DataFileError {
    DataFileError(
      .wrongFormat, file: memory.name, at: place, expected: "\(expected) (an ONNX model is a protocol buffer)",
      found: found, looksLike: memory.looksLike)
  }

  private static func entry(for range: Range<Int>) -> [UInt8] {
    var entry: [UInt8] = []
    append(Array(key.utf8), field: 1, to: &entry)
    append(Array("\(range.lowerBound) \(range.upperBound)".utf8), field: 2, to: &entry)
    return entry
  }

  private static func append(_ bytes: [UInt8], field: UInt64, to result: inout [UInt8]) {
    appendVarint(field << 3 | 2, to: &result)
    appendVarint(UInt64(bytes.count), to: &result)
    result += bytes
  }

  private static func appendVarint(_ value: UInt64, to result: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      result.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    result.append(UInt8(rest))
  }
}

extension FileMemory {
  /// What the first bytes look like, where they are none of a protocol buffer's.
  var looksLike: FileKind? { FileKind(firstBytes: bytes.prefix(512)) }
}

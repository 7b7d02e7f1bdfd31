import WeftData
import WeftTensor

/// GGUF files, as llama.cpp has them, versions 2 and 3: metadata of any kind, then tensors by name, in blocks or plain.
///
/// Metadata holds the tokenizer (`tokenizer.ggml.tokens`) and the template of chats (`tokenizer.chat_template`). Sizes
/// are turned round: ggml's first axis is the one that runs fastest.
struct GGUFReader {
  private var reader: ByteReader
  private let context: FileContext
  private var contents = FileContents()
  private var values = 0

  static func contents(_ memory: FileMemory, _ context: FileContext) throws(DataFileError) -> FileContents {
    var reader = GGUFReader(reader: ByteReader(memory), context: context)
    try reader.read()
    return reader.contents
  }

  private init(reader: ByteReader, context: FileContext) { (self.reader, self.context) = (reader, context) }

  private mutating func read() throws(DataFileError) {
    _ = try reader.take(4, "a GGUF file: the letters GGUF")
    let version = try reader.number(UInt32.self, "the format's version")
    guard version == 2 || version == 3 else {
      let isTurned = (1...3).contains(version.byteSwapped)
      throw context.wrong(
        .unsupported, at: 4, "version 2 or 3 of GGUF, little-endian",
        isTurned ? "version \(version.byteSwapped) in the wrong byte order (big-endian)" : "version \(version)")
    }
    let tensorCount = try reader.count(UInt64.self, "the number of tensors")
    guard tensorCount <= context.limits.tensors else {
      throw .limit(
        "tensors", context.name, at: 8, expected: "at most \(context.limits.tensors) tensors", "\(tensorCount)")
    }
    let valueCount = try reader.count(UInt64.self, "the number of values")
    var known: Set<String> = []
    for _ in 0..<valueCount {
      let place = reader.place
      let key = try text("a key of the metadata")
      guard known.insert(key).inserted else { throw context.wrong(at: place, "each key once", "\(key) again") }
      let type = try reader.number(UInt32.self, "the type of \(key)")
      contents.metadata.append((key, try value(type, key, depth: 0)))
    }
    try readTensors(tensorCount)
  }

  private mutating func text(_ what: String) throws(DataFileError) -> String {
    let count = try reader.count(UInt64.self, "the length of \(what)")
    // Tokens may be halves of characters: they become marks of replacement.
    return String(decoding: reader.bytes(try reader.take(count, what)), as: UTF8.self)
  }

  private mutating func value(_ type: UInt32, _ key: String, depth: Int) throws(DataFileError) -> FileValue {
    values += 1
    guard values <= context.limits.values else {
      throw .limit(
        "values", context.name, at: reader.place, expected: "at most \(context.limits.values) values", "more")
    }
    switch type {
    case 0: return .integer(Int(try reader.number(UInt8.self, key)))
    case 1: return .integer(Int(try reader.number(Int8.self, key)))
    case 2: return .integer(Int(try reader.number(UInt16.self, key)))
    case 3: return .integer(Int(try reader.number(Int16.self, key)))
    case 4: return .integer(Int(try reader.number(UInt32.self, key)))
    case 5: return .integer(Int(try reader.number(Int32.self, key)))
    case 6: return .number(Double(Float(bitPattern: try reader.number(UInt32.self, key))))
    case 7: return .truth(try reader.byte(key) != 0)
    case 8: return .text(try text(key))
    case 9: return try list(key, depth: depth)
    case 10:
      let number = try reader.number(UInt64.self, key)
      return Int(exactly: number).map(FileValue.integer) ?? .unsigned(number)
    case 11: return .integer(Int(try reader.number(Int64.self, key)))
    case 12: return .number(Double(bitPattern: try reader.number(UInt64.self, key)))
    default: throw reader.failure(.wrongFormat, "for \(key), a type from 0 to 12", "\(type)")
    }
  }

  private mutating func list(_ key: String, depth: Int) throws(DataFileError) -> FileValue {
    guard depth < context.limits.nesting else {
      throw .limit(
        "nesting", context.name, at: reader.place, expected: "lists nested at most \(context.limits.nesting) deep",
        "more")
    }
    let type = try reader.number(UInt32.self, "the type of \(key)")
    let count = try reader.count(UInt64.self, "the length of \(key)")
    // Every value takes a byte or more.
    guard count <= reader.rest else {
      throw reader.failure(.truncated, "\(count) values of \(key)", "\(reader.rest) bytes")
    }
    var values: [FileValue] = []
    for _ in 0..<count { values.append(try value(type, key, depth: depth + 1)) }
    return .list(values)
  }
}

// Tensors.
extension GGUFReader {
  private struct Entry {
    let name: String
    let sizes: [Int]
    let type: StoredType
    let offset: Int
    let place: Int
  }

  private mutating func readTensors(_ count: Int) throws(DataFileError) {
    var entries: [Entry] = []
    var known: Set<String> = []
    for _ in 0..<count {
      let entry = try entry()
      guard known.insert(entry.name).inserted else {
        throw context.wrong(at: entry.place, "each tensor's name once", "\(entry.name) again")
      }
      entries.append(entry)
    }
    let alignment = contents.metadata.first { $0.key == "general.alignment" }?.value.integer ?? 32
    guard alignment > 0, alignment <= 1 << 20, alignment % 8 == 0 else {
      throw context.wrong("general.alignment, a multiple of 8", "\(alignment)")
    }
    let start = (reader.place + alignment - 1) / alignment * alignment
    let memory = reader.memory
    for entry in entries {
      guard entry.offset % alignment == 0, start <= memory.count, entry.offset <= memory.count - start else {
        throw context.wrong(
          .truncated, at: entry.place, "tensor \(entry.name) at a multiple of \(alignment) within the file",
          "offset \(entry.offset) in \(max(0, memory.count - start)) bytes of elements",
          hint: "a download may have been cut short")
      }
      let source = StoredElements.Source.memory(memory, (start + entry.offset)..<memory.count)
      contents.tensors.append(
        try StoredTensor(
          entry.name, entry.type, entry.sizes, StoredElements(source: source), context, at: entry.place))
    }
  }

  private mutating func entry() throws(DataFileError) -> Entry {
    let place = reader.place
    let name = try text("a tensor's name")
    let rank = Int(try reader.number(UInt32.self, "the number of axes"))
    guard rank <= Tensor.maximumRank else {
      throw context.wrong(at: place, "for tensor \(name), at most \(Tensor.maximumRank) axes", "\(rank)")
    }
    var sizes: [Int] = []
    for _ in 0..<rank { sizes.append(try reader.count(UInt64.self, "a size")) }
    let code = try reader.number(UInt32.self, "the type of tensor \(name)")
    guard let type = Self.types[code] else {
      throw context.wrong(.unsupported, at: place, "for tensor \(name), a type of ggml's that is known", "\(code)")
    }
    let offset = try reader.count(UInt64.self, "the offset of tensor \(name)")
    return Entry(name: name, sizes: sizes.reversed(), type: type, offset: offset, place: place)
  }

  /// ggml's numbers of types.
  private static let types: [UInt32: StoredType] = [
    0: .plain(.float32), 1: .plain(.float16), 2: .blocks(.q4_0), 3: .blocks(.q4_1), 6: .blocks(.q5_0),
    7: .blocks(.q5_1), 8: .blocks(.q8_0), 10: .blocks(.q2K), 11: .blocks(.q3K), 12: .blocks(.q4K), 13: .blocks(.q5K),
    14: .blocks(.q6K), 15: .blocks(.q8K), 16: .blocks(.iq2XXS), 17: .blocks(.iq2XS), 18: .blocks(.iq3XXS),
    19: .blocks(.iq1S), 20: .blocks(.iq4NL), 21: .blocks(.iq3S), 22: .blocks(.iq2S), 23: .blocks(.iq4XS),
    24: .plain(.int8), 25: .plain(.int16), 26: .plain(.int32), 27: .plain(.int64), 28: .plain(.float64),
    29: .blocks(.iq1M), 30: .plain(.bfloat16), 34: .blocks(.tq1_0), 35: .blocks(.tq2_0), 39: .blocks(.mxfp4),
  ]
}

import WeftData
import WeftTensor

/// The header of a safetensors file, checked: what it says fits the file and itself.
struct SafeTensorsHeader {
  /// The tensors in the order of their bytes.
  let tensors: [StoredTensor]
  let metadata: [String: String]
  /// The byte where the header ends and the elements begin.
  let end: Int

  init(_ memory: FileMemory, _ context: FileContext) throws(DataFileError) {
    end = try Self.end(of: memory, context)
    let json: StrictJSON
    do throws(StrictJSON.Failure) { json = try StrictJSON(memory.bytes[8..<end]) } catch {
      throw DataFileError(
        .wrongFormat, file: context.name, at: 8 + error.offset, expected: "in the header, \(error.expected)",
        found: error.found, looksLike: error.offset == 0 ? memory.kind : nil)
    }
    guard let objects = json.entries else {
      throw context.wrong(at: 8, "a header that is a JSON object", "another value")
    }
    guard objects.count <= context.limits.tensors else {
      throw .limit(
        "tensors", context.name, at: 8, expected: "at most \(context.limits.tensors) tensors", "\(objects.count)")
    }
    metadata = try Self.metadata(objects, context)
    var entries: [SafeTensorsEntry] = []
    for object in objects where object.key != SafeTensorsFormat.metadataKey {
      entries.append(try SafeTensorsEntry(object.key, object.value, context))
    }
    entries.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    try Self.checkLayout(entries, room: memory.count - end, end: end, context)
    var tensors: [StoredTensor] = []
    for entry in entries { tensors.append(try entry.tensor(in: memory, from: end, context)) }
    self.tensors = tensors
  }

  private static func end(of file: FileMemory, _ context: FileContext) throws(DataFileError) -> Int {
    let expected = "a safetensors file: the header's length in 8 bytes, then the header"
    guard file.bytes.count >= 8 else {
      let isForeign = ![.text, .zeros, .binary].contains(file.kind)
      throw DataFileError(
        isForeign ? .wrongFormat : .truncated, file: file.name, at: file.bytes.count, expected: expected,
        found: file.bytes.isEmpty ? "an empty file" : "the end of the file", looksLike: isForeign ? file.kind : nil)
    }
    let length = file.bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(max(0, file.count - 8)) else {
      throw DataFileError(
        .wrongFormat, file: file.name, at: 0, expected: expected,
        found: "a length of \(length) in a file of \(file.bytes.count) bytes", looksLike: file.kind,
        hint: file.kind == .binary ? "a download may have been cut short" : nil)
    }
    guard length <= UInt64(max(0, context.limits.headerBytes)) else {
      throw .limit(
        "headerBytes", file.name, at: 0, expected: "a header of at most \(context.limits.headerBytes) bytes",
        "\(length)")
    }
    return 8 + Int(length)
  }

  private static func metadata(
    _ objects: [StrictJSONEntry], _ context: FileContext
  ) throws(DataFileError) -> [String: String] {
    guard let found = objects.first(where: { $0.key == SafeTensorsFormat.metadataKey }) else { return [:] }
    let texts = (found.value.entries ?? []).compactMap { entry in entry.value.string.map { (entry.key, $0) } }
    guard let object = found.value.entries, object.count == texts.count else {
      throw context.wrong(at: 8, "texts by key under \(SafeTensorsFormat.metadataKey)", "something else")
    }
    return Dictionary(texts, uniquingKeysWith: { first, _ in first })
  }

  /// The tensors' bytes must fill the rest of the file, one after another.
  private static func checkLayout(
    _ entries: [SafeTensorsEntry], room: Int, end: Int, _ context: FileContext
  ) throws(DataFileError) {
    var filled = 0
    for entry in entries {
      guard entry.begin == filled else {
        throw context.wrong(
          at: 8, "tensor \(entry.name) to begin where the one before ends, at \(filled)",
          "data_offsets \(entry.begin), \(entry.end)")
      }
      guard entry.end <= room else {
        throw context.wrong(
          .truncated, at: end + room, "tensor \(entry.name), \(entry.end) bytes into the elements",
          "\(room) bytes of elements", hint: "a download may have been cut short")
      }
      filled = entry.end
    }
    guard filled == room else {
      throw context.wrong(
        .trailingBytes, at: end + filled, "the end of the file after the last tensor", "\(room - filled) more bytes")
    }
  }
}

/// One tensor's entry in the header, checked by itself.
struct SafeTensorsEntry {
  let name: String
  let type: StoredType
  let sizes: [Int]
  /// Where its bytes are, counted from the end of the header.
  let begin: Int
  let end: Int

  init(_ name: String, _ value: StrictJSON, _ context: FileContext) throws(DataFileError) {
    func wrong(_ expected: String, _ found: String) -> DataFileError {
      context.wrong(at: 8, "for tensor \(name), \(expected)", found)
    }
    let fields = Dictionary((value.entries ?? []).map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    guard let type = fields["dtype"]?.string, let sizes = fields["shape"]?.integers,
      let offsets = fields["data_offsets"]?.integers, fields.count == 3
    else {
      throw wrong(
        "dtype, shape and data_offsets", fields.isEmpty ? "none" : fields.keys.sorted().joined(separator: ", "))
    }
    guard let known = SafeTensorsFormat.type(called: type) else {
      throw wrong("one of the types \(SafeTensorsFormat.types.map(\.name).joined(separator: " "))", type)
    }
    guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1] else {
      throw wrong("two ascending data_offsets from 0", "\(offsets)")
    }
    guard sizes.count <= Tensor.maximumRank, let count = Shape(sizes).validElementCount,
      let bytes = known.byteCount(of: count)
    else {
      throw wrong("at most \(Tensor.maximumRank) sizes from 0 that fit in memory", "\(sizes)")
    }
    guard offsets[1] - offsets[0] == bytes else {
      throw wrong("\(bytes) bytes for \(type) of shape \(sizes)", "\(offsets[1] - offsets[0])")
    }
    (self.name, self.type, self.sizes) = (name, known, sizes)
    (begin, end) = (offsets[0], offsets[1])
  }

  /// The tensor, in a file whose elements begin at byte `start`.
  func tensor(
    in memory: FileMemory, from start: Int, _ context: FileContext
  ) throws(DataFileError) -> StoredTensor {
    let source = StoredElements.Source.memory(memory, (start + begin)..<(start + end))
    return try StoredTensor(name, type, sizes, StoredElements(source: source), context, at: start + begin)
  }
}

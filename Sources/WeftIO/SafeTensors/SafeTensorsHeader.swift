import WeftData
import WeftTensor

/// The header of a safetensors file, checked: what it says fits the file and itself.
struct SafeTensorsHeader {
  /// The tensors in the order of their bytes.
  let entries: [SafeTensorsEntry]
  let metadata: [String: String]
  /// The byte where the header ends and the elements begin.
  let end: Int

  init(_ file: FileBytes) throws(DataFileError) {
    end = try Self.end(of: file)
    let json: StrictJSON
    do throws(StrictJSON.Failure) { json = try StrictJSON(file.bytes[8..<end]) } catch {
      throw DataFileError(
        .wrongFormat, file: file.name, at: 8 + error.offset, expected: "in the header, \(error.expected)",
        found: error.found, looksLike: error.offset == 0 ? file.kind : nil)
    }
    guard let objects = json.entries else { throw Self.wrong(file, "a header that is a JSON object", "another value") }
    metadata = try Self.metadata(objects, file)
    var entries: [SafeTensorsEntry] = []
    for object in objects where object.key != SafeTensors.metadataKey {
      entries.append(try SafeTensorsEntry(object.key, object.value, file))
    }
    self.entries = entries.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
    try checkLayout(file)
  }

  static func wrong(_ file: FileBytes, _ expected: String, _ found: String) -> DataFileError {
    DataFileError(.wrongFormat, file: file.name, at: 8, expected: expected, found: found)
  }

  private static func end(of file: FileBytes) throws(DataFileError) -> Int {
    let expected = "a safetensors file: the header's length in 8 bytes, then the header"
    guard file.bytes.count >= 8 else {
      let isForeign = ![.text, .zeros, .binary].contains(file.kind)
      throw DataFileError(
        isForeign ? .wrongFormat : .truncated, file: file.name, at: file.bytes.count, expected: expected,
        found: file.bytes.isEmpty ? "an empty file" : "the end of the file", looksLike: isForeign ? file.kind : nil)
    }
    let length = file.bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(SafeTensors.headerLimit), Int(length) <= file.bytes.count - 8 else {
      throw DataFileError(
        .wrongFormat, file: file.name, at: 0, expected: expected,
        found: "a length of \(length) in a file of \(file.bytes.count) bytes", looksLike: file.kind,
        hint: file.kind == .binary ? "a download may have been cut short" : nil)
    }
    return 8 + Int(length)
  }

  private static func metadata(
    _ objects: [StrictJSONEntry], _ file: FileBytes
  ) throws(DataFileError) -> [String: String] {
    guard let found = objects.first(where: { $0.key == SafeTensors.metadataKey }) else { return [:] }
    let texts = (found.value.entries ?? []).compactMap { entry in entry.value.string.map { (entry.key, $0) } }
    guard let object = found.value.entries, object.count == texts.count else {
      throw wrong(file, "texts by key under \(SafeTensors.metadataKey)", "something else")
    }
    return Dictionary(texts, uniquingKeysWith: { first, _ in first })
  }

  /// The tensors' bytes must fill the rest of the file, one after another.
  private func checkLayout(_ file: FileBytes) throws(DataFileError) {
    let room = file.bytes.count - end
    var filled = 0
    for entry in entries {
      guard entry.begin == filled else {
        throw Self.wrong(
          file, "tensor \(entry.name) to begin where the one before ends, at \(filled)",
          "data_offsets \(entry.begin), \(entry.end)")
      }
      guard entry.end <= room else {
        throw DataFileError(
          .truncated, file: file.name, at: file.bytes.count,
          expected: "tensor \(entry.name), \(entry.end) bytes into the elements", found: "\(room) bytes of elements",
          hint: "a download may have been cut short")
      }
      filled = entry.end
    }
    guard filled == room else {
      throw DataFileError(
        .trailingBytes, file: file.name, at: end + filled, expected: "the end of the file after the last tensor",
        found: "\(room - filled) more bytes")
    }
  }
}

/// One tensor's entry in the header, checked by itself.
struct SafeTensorsEntry {
  let name: String
  let spec: TensorSpec
  /// Where its bytes are, counted from the end of the header.
  let begin: Int
  let end: Int

  init(_ name: String, _ value: StrictJSON, _ file: FileBytes) throws(DataFileError) {
    func wrong(_ expected: String, _ found: String) -> DataFileError {
      SafeTensorsHeader.wrong(file, "for tensor \(name), \(expected)", found)
    }
    let fields = Dictionary((value.entries ?? []).map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    guard let type = fields["dtype"]?.string, let sizes = fields["shape"]?.integers,
      let offsets = fields["data_offsets"]?.integers, fields.count == 3
    else {
      throw wrong(
        "dtype, shape and data_offsets", fields.isEmpty ? "none" : fields.keys.sorted().joined(separator: ", "))
    }
    guard let dtype = DType(fileName: type) else {
      throw wrong("one of the types \(DType.allCases.map(\.fileName).joined(separator: " "))", type)
    }
    guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1] else {
      throw wrong("two ascending data_offsets from 0", "\(offsets)")
    }
    guard sizes.count <= Tensor.maximumRank, let count = Shape(sizes).validElementCount else {
      throw wrong("at most \(Tensor.maximumRank) sizes from 0 that fit in memory", "\(sizes)")
    }
    guard offsets[1] - offsets[0] == count * dtype.byteCount else {
      throw wrong("\(count * dtype.byteCount) bytes for \(type) of shape \(sizes)", "\(offsets[1] - offsets[0])")
    }
    self.name = name
    spec = TensorSpec(Shape(sizes), dtype)
    (begin, end) = (offsets[0], offsets[1])
  }

  /// The tensor, from a file whose elements begin at byte `start`.
  func tensor(in file: FileBytes, from start: Int) throws(DataFileError) -> Tensor {
    let bytes = file.bytes[(start + begin)..<(start + end)]
    if spec.dtype == .bool, let wrong = bytes.firstIndex(where: { $0 > 1 }) {
      throw DataFileError(
        .badValue, file: file.name, at: wrong, expected: "0 or 1 in tensor \(name) of type BOOL",
        found: "\(bytes[wrong])")
    }
    guard let tensor = Tensor(rawBytes: bytes, spec) else {
      throw SafeTensorsHeader.wrong(file, "tensor \(name) of \(spec) within memory", "\(bytes.count) bytes")
    }
    return tensor
  }
}

import WeftData
import WeftTensor

/// Writes safetensors files tensor by tensor.
enum SafeTensorsWriter {
  static func write(_ tensors: [OutgoingTensor], metadata: [String: String], to path: String) throws {
    // Before the file: what stands there is worth more than one that no reader takes. Texts alone may be too long.
    let texts = metadata.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    let entries = tensors.count + (metadata.isEmpty ? 0 : 1)
    try check(texts, entries, path)
    let header = header(of: tensors, metadata: metadata)
    try check(header.count - 8, entries, path)
    let file = try AtomicFile(replacing: path)
    try file.append(header)
    for tensor in tensors { try tensor.withBytes { bytes in try file.append(bytes) } }
    try file.commit()
  }

  /// - Throws: `DataFileError` for a header, or so many entries of it, that no reader takes.
  private static func check(_ headerBytes: Int, _ entries: Int, _ path: String) throws(DataFileError) {
    let (longest, most) = (LoadLimits().headerBytes, LoadLimits().tensors)
    if headerBytes <= longest, entries <= most { return }
    throw DataFileError(
      .badValue, file: path,
      expected: "at most \(most) tensors, one less beside metadata, and names and metadata that fit into a header of "
        + "\(longest) bytes, which readers take",
      found: "\(entries) entries, a header of \(headerBytes) bytes or more",
      hint: "keep long texts as tensors of bytes")
  }

  /// The header with its length, filled up so that the elements begin at a multiple of 8 bytes.
  static func header(of tensors: [OutgoingTensor], metadata: [String: String]) -> [UInt8] {
    var entries: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map { StrictJSON.quoted($0) + ":" + StrictJSON.quoted($1) }
      entries.append("\"\(SafeTensorsFormat.metadataKey)\":{\(texts.joined(separator: ","))}")
    }
    var end = 0
    for tensor in tensors {
      let start = end
      end += tensor.byteCount
      let sizes = tensor.shape.sizes.map(String.init).joined(separator: ",")
      entries.append(
        "\(StrictJSON.quoted(tensor.name)):{\"dtype\":\"\(SafeTensorsFormat.name(of: tensor.type) ?? "U8")\","
          + "\"shape\":[\(sizes)],\"data_offsets\":[\(start),\(end)]}")
    }
    var text = Array("{\(entries.joined(separator: ","))}".utf8)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    var header = Bytes()
    header.append(text.count, as: UInt64.self)
    return header.bytes + text
  }
}

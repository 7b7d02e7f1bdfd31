import WeftData
import WeftTensor

/// Writes safetensors files tensor by tensor.
enum SafeTensorsWriter {
  static func write(_ tensors: [OutgoingTensor], metadata: [String: String], to path: String) throws {
    let header = header(of: tensors, metadata: metadata)
    // Before the file: what stands there is worth more than one that no reader takes.
    let longest = LoadLimits().headerBytes
    let most = LoadLimits().tensors
    guard header.count - 8 <= longest, tensors.count <= most else {
      throw DataFileError(
        .badValue, file: path,
        expected: "at most \(most) tensors, and names and metadata that fit into a header of \(longest) bytes, which "
          + "readers take",
        found: "\(tensors.count) tensors, a header of \(header.count - 8) bytes",
        hint: "keep long texts as tensors of bytes")
    }
    let file = try AtomicFile(replacing: path)
    try file.append(header)
    for tensor in tensors { try tensor.withBytes { bytes in try file.append(bytes) } }
    try file.commit()
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

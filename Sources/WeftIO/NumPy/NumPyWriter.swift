import WeftTensor

/// Writes NumPy's files: version 1 of the format, in C order, aligned to 64 bytes as NumPy does.
enum NumPyWriter {
  /// Writes a `.npy` file of one array.
  static func write(_ tensor: OutgoingTensor, to path: String) throws {
    let file = try AtomicFile(replacing: path)
    try file.append(header(of: tensor))
    try tensor.withBytes { bytes in try file.append(bytes) }
    try file.commit()
  }

  /// Writes a `.npz` file.
  static func write(_ tensors: [OutgoingTensor], to path: String, isCompressed: Bool) throws {
    let archive = ZipWriter(try AtomicFile(replacing: path), alignment: isCompressed ? 1 : 64)
    for tensor in tensors {
      let header = header(of: tensor)
      try tensor.withBytes { bytes in
        var whole = [UInt8]()
        whole.reserveCapacity(header.count + bytes.count)
        whole += header
        whole += bytes
        try whole.withUnsafeBytes { try archive.add("\(tensor.name).npy", $0, isCompressed: isCompressed) }
      }
    }
    try archive.finish()
  }

  private static func header(of tensor: OutgoingTensor) -> [UInt8] {
    let sizes = tensor.shape.sizes.map(String.init).joined(separator: ", ") + (tensor.shape.rank == 1 ? "," : "")
    let type = NumPyTypes.description(of: tensor.type) ?? "|V\(tensor.type.unitBytes)"
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }"
    text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
    var header = Bytes(bytes: NumPyHeader.magic + [1, 0])
    header.append(text.utf8.count, as: UInt16.self)
    return header.bytes + Array(text.utf8)
  }
}

import WeftTensor

/// Writes state dictionaries as PyTorch does since 1.6: `torch.load(path, weights_only=True)` opens them.
///
/// A zip archive of stored members that begin at multiples of 64 bytes, so that PyTorch can map them. Tensors that
/// share their elements are saved once.
enum PyTorchWriter {
  static func write(_ tensors: [OutgoingTensor], to path: String) throws {
    let archive = ZipWriter(try AtomicFile(replacing: path), alignment: 64)
    var keys: [OutgoingTensor.Identity: Int] = [:]
    var places: [Int] = []
    var order: [OutgoingTensor] = []
    for tensor in tensors {
      let key = keys[tensor.identity] ?? order.count
      if key == order.count { order.append(tensor) }
      keys[tensor.identity] = key
      places.append(key)
    }
    try archive.add("archive/data.pkl", pickle(of: tensors, places))
    try archive.add("archive/byteorder", Array("little".utf8))
    for (key, tensor) in order.enumerated() {
      try tensor.withBytes { bytes in try archive.add("archive/data/\(key)", bytes) }
    }
    try archive.add("archive/version", Array("3\n".utf8))
    try archive.finish()
  }

  private static func pickle(of tensors: [OutgoingTensor], _ keys: [Int]) -> [UInt8] {
    var pickle = PickleWriter()
    pickle.emptyOrderedDictionary()
    pickle.code("(")
    for (tensor, key) in zip(tensors, keys) {
      pickle.text(tensor.name)
      let storage = PickleNames.storageName(of: tensor.type)
      pickle.global("torch._utils", storage == nil ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2")
      pickle.code("(")
      pickle.code("(")
      pickle.text("storage")
      if let storage {
        pickle.global("torch", "\(storage)Storage")
      } else {
        pickle.global("torch.storage", "UntypedStorage")
      }
      pickle.text("\(key)")
      pickle.text("cpu")
      pickle.integer(storage == nil ? tensor.byteCount : tensor.byteCount / tensor.type.unitBytes)
      pickle.code("tQ")
      pickle.integer(0)
      pickle.tuple(tensor.shape.sizes)
      pickle.tuple(strides(of: tensor.shape.sizes))
      pickle.code("\u{89}")
      pickle.emptyOrderedDictionary()
      if storage == nil { pickle.global("torch", "\(tensor.type)") }
      pickle.code("tR")
    }
    pickle.code("u.")
    return pickle.bytes
  }

  private static func strides(of sizes: [Int]) -> [Int] {
    var step = 1
    return sizes.reversed().map { size in
      defer { step *= max(size, 1) }
      return step
    }.reversed()
  }
}

/// Writes a pickle of protocol 2.
private struct PickleWriter {
  private(set) var bytes: [UInt8] = [0x80, 2]

  /// Steps by their characters.
  mutating func code(_ codes: String) { bytes += codes.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }

  mutating func global(_ module: String, _ name: String) { bytes += Array("c\(module)\n\(name)\n".utf8) }

  mutating func emptyOrderedDictionary() {
    global("collections", "OrderedDict")
    code(")R")
  }

  mutating func text(_ text: String) {
    var length = Bytes()
    length.append(text.utf8.count, as: UInt32.self)
    bytes += [UInt8(ascii: "X")] + length.bytes + Array(text.utf8)
  }

  mutating func integer(_ number: Int) {
    var digits = Bytes()
    if let small = Int32(exactly: number) {
      digits.append(Int(small), as: Int32.self)
      bytes += [UInt8(ascii: "J")] + digits.bytes
    } else {
      digits.append(number, as: Int64.self)
      bytes += [0x8A, 8] + digits.bytes
    }
  }

  mutating func tuple(_ numbers: [Int]) {
    code("(")
    for number in numbers { integer(number) }
    code("t")
  }
}

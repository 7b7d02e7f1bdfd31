import WeftData

/// PyTorch's files: zip archives (since 1.6), TorchScript's among them, and the sequence of pickles before that. Plain
/// pickles of NumPy's arrays are read the same way.
enum PyTorchReader {
  /// The member that holds the objects, nil where the archive is none of PyTorch's.
  static func objects(in archive: ZipArchive) -> ZipMember? {
    archive.members.first { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }
  }

  static func archive(
    _ archive: ZipArchive, _ objects: ZipMember, _ context: FileContext, skipsRefused: Bool
  ) throws(DataFileError) -> FileContents {
    let prefix = String(objects.name.dropLast("data.pkl".count))
    let members = Dictionary(archive.members.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var isBigEndian = false
    if let order = members[prefix + "byteorder"] { isBigEndian = try Self.isBigEndian(order, context) }
    let isScript = members[prefix + "constants.pkl"] != nil
    var contents = FileContents()
    for (member, name, folder) in [("data.pkl", "", "data/"), ("constants.pkl", "constants", "constants/")] {
      guard let objects = members[prefix + member] else { continue }
      var storages = PyTorchStorages(isBigEndian: isBigEndian)
      for member in archive.members where member.name.hasPrefix(prefix + folder) {
        storages.sources[String(member.name.dropFirst(prefix.count + folder.count))] = member.source
      }
      let pickle = try read(objects, context, isScript: isScript, skipsRefused)
      var collector = PyTorchObjects(pickle, context, storages: storages, into: contents)
      try collector.collect(named: name)
      contents = collector.contents
    }
    return contents
  }

  /// What the member that states the order of bytes says.
  static func isBigEndian(_ order: ZipMember, _ context: FileContext) throws(DataFileError) -> Bool {
    guard order.size <= 16 else { throw context.wrong("the order of bytes, little or big", "\(order.size) bytes") }
    var text = try order.contents(context.limits)
    let name = try text.text(text.rest, "the order of bytes")
    guard name == "little" || name == "big" else { throw context.wrong("the order of bytes, little or big", name) }
    return name == "big"
  }

  private static func read(
    _ member: ZipMember, _ context: FileContext, isScript: Bool, _ skipsRefused: Bool
  ) throws(DataFileError) -> Pickle {
    guard member.size <= context.limits.headerBytes else {
      throw .limit(
        "headerBytes", context.name, at: member.headerStart,
        expected: "a pickle of at most \(context.limits.headerBytes) bytes", "\(member.size)")
    }
    var reader = PickleReader(
      try member.contents(context.limits), context,
      isAllowed: { isScript ? PickleNames.isHarmlessInScript($0) : PickleNames.isHarmless($0) },
      skipsRefused: skipsRefused)
    return try reader.read()
  }
}

// Files of PyTorch before 1.6: a number, a version, the machine, the objects, the storages' keys, then their elements.
extension PyTorchReader {
  /// 0x1950a86a20f9469cfc6c, as the pickle's bytes have it.
  private static let magic = "6cfc9c46f9206aa85019"

  static func pickles(
    _ memory: FileMemory, _ context: FileContext, skipsRefused: Bool
  ) throws(DataFileError) -> FileContents {
    func pickle(at place: Int) throws(DataFileError) -> Pickle {
      // Arrays of NumPy lie within their pickle: it may be as long as its file.
      var reader = PickleReader(
        ByteReader(memory, place..<memory.count), context, isAllowed: PickleNames.isHarmless,
        skipsRefused: skipsRefused)
      return try reader.read()
    }
    let first = try pickle(at: 0)
    guard case .large(magic) = first.root else {
      var collector = PyTorchObjects(first, context, storages: PyTorchStorages())
      try collector.collect()
      return collector.contents
    }
    let version = try pickle(at: first.end)
    guard case .integer(1001) = version.root else {
      throw context.wrong(.unsupported, at: first.end, "version 1001 of PyTorch's format", "another")
    }
    let machine = try pickle(at: version.end)
    let objects = try pickle(at: machine.end)
    let keys = try pickle(at: objects.end)
    let storages = try storages(
      of: objects, keys, memory, context, isBigEndian: isBigEndian(machine))
    var collector = PyTorchObjects(objects, context, storages: storages)
    try collector.collect()
    return collector.contents
  }

  private static func isBigEndian(_ machine: Pickle) -> Bool {
    let items = machine.part(machine.root)?.items ?? []
    for place in stride(from: 0, to: items.count - 1, by: 2) where machine.text(items[place]) == "little_endian" {
      if case .truth(let isLittle) = items[place + 1] { return !isLittle }
    }
    return false
  }

  /// Each storage's elements: their number in 8 bytes, then they.
  private static func storages(
    of objects: Pickle, _ keys: Pickle, _ memory: FileMemory, _ context: FileContext, isBigEndian: Bool
  ) throws(DataFileError) -> PyTorchStorages {
    var sizes: [String: Int] = [:]
    for (index, part) in objects.parts.enumerated() where part.kind == .persistent {
      // A whole module's class stands there with its source text.
      if objects.sequence(part.arguments)?.first.flatMap(objects.text) == "module" { continue }
      let storage = try PyTorchStorages.Description(.part(index), objects, context, tensor: "of a storage")
      sizes[storage.key] = storage.type.unitBytes
    }
    var storages = PyTorchStorages(isBigEndian: isBigEndian)
    var reader = ByteReader(memory)
    reader.isBigEndian = isBigEndian
    try reader.move(to: keys.end, "the storages")
    for key in keys.sequence(keys.root) ?? [] {
      guard let key = keys.text(key) else { throw reader.failure(.wrongFormat, "a storage's key", "another value") }
      let count = try reader.count(UInt64.self, "the size of storage \(key)")
      let (bytes, overflow) = count.multipliedReportingOverflow(by: sizes[key] ?? 1)
      guard !overflow else { throw reader.failure(.truncated, "storage \(key) within the file", "\(count) elements") }
      storages.sources[key] = .memory(memory, try reader.take(bytes, "storage \(key)"))
    }
    return storages
  }
}

import WeftData
import WeftTensor

/// The tensors of archives that `torch.export.save` writes (`.pt2`, since 2.7): weights and constants, each the bytes of a
/// member, described in two lists. The program itself is not read.
enum ExportedProgramReader {
  /// What a list of tensors is called, and the folder of what it names.
  private static let lists = [
    (file: "data/weights/model_weights_config.json", folder: "data/weights/"),
    (file: "data/constants/model_constants_config.json", folder: "data/constants/"),
  ]

  /// The folder of all members, nil where the archive is none of these. (A model's name stands in the lists' names.)
  static func root(of archive: ZipArchive) -> String? {
    archive.members.lazy.map(\.name).first { $0 == "archive_format" || $0.hasSuffix("/archive_format") }
      .map { String($0.dropLast("archive_format".count)) }
  }

  static func contents(
    _ archive: ZipArchive, in root: String, _ context: FileContext
  ) throws(DataFileError) -> FileContents {
    let members = Dictionary(archive.members.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var isBigEndian = false
    if let order = members[root + "byteorder"] { isBigEndian = try PyTorchReader.isBigEndian(order, context) }
    var contents = FileContents()
    var names: Set<String> = []
    for list in lists {
      guard let member = members[root + list.file] else { continue }
      for entry in try entries(member, context) {
        guard names.insert(entry.key).inserted else { throw context.wrong("each tensor's name once", entry.key) }
        let tensor = ExportedTensor(entry, context)
        guard try tensor.isPlain else {
          contents.skipped.append(SkippedPart(name: entry.key, reason: "no plain tensor"))
          continue
        }
        guard let source = members[root + list.folder + (try tensor.path)]?.source else {
          throw context.wrong("the elements of tensor \(entry.key)", "none of the name \(try tensor.path)")
        }
        contents.tensors.append(try tensor.stored(in: source, isBigEndian: isBigEndian))
      }
    }
    guard !contents.tensors.isEmpty || !contents.skipped.isEmpty || members[root + lists[0].file] != nil else {
      throw context.wrong(
        .unsupported, "an exported program with its weights", "an archive without \(lists[0].file)")
    }
    return contents
  }

  private static func entries(
    _ member: ZipMember, _ context: FileContext
  ) throws(DataFileError) -> [StrictJSONEntry] {
    guard member.size <= context.limits.headerBytes else {
      throw .limit(
        "headerBytes", context.name, at: member.headerStart,
        expected: "a list of tensors of at most \(context.limits.headerBytes) bytes", "\(member.size)")
    }
    var reader = try member.contents(context.limits)
    let text = try reader.take(reader.rest, "a list of tensors")
    let json: StrictJSON
    do throws(StrictJSON.Failure) {
      json = try StrictJSON(reader.memory.bytes[text], allowsAnyNumber: true)
    } catch {
      throw context.wrong("in \(member.name), \(error.expected) at byte \(error.offset)", error.found)
    }
    guard let entries = json["config"]?.entries else {
      throw context.wrong("in \(member.name), tensors under \"config\"", "none")
    }
    guard entries.count <= context.limits.tensors else {
      throw .limit(
        "tensors", context.name, at: member.headerStart, expected: "at most \(context.limits.tensors) tensors",
        "\(entries.count)")
    }
    return entries
  }
}

/// A tensor as a list describes it.
private struct ExportedTensor {
  private let name: String
  private let description: StrictJSON
  private let context: FileContext

  init(_ entry: StrictJSONEntry, _ context: FileContext) {
    (name, description, self.context) = (entry.key, entry.value, context)
  }

  /// The numbers that exported programs give PyTorch's types.
  private static let types: [Int: StoredType] = [
    1: .plain(.uint8), 2: .plain(.int8), 3: .plain(.int16), 4: .plain(.int32), 5: .plain(.int64), 6: .plain(.float16),
    7: .plain(.float32), 8: .plain(.float64), 9: .complex(.float16), 10: .complex(.float32), 11: .complex(.float64),
    12: .plain(.bool), 13: .plain(.bfloat16), 28: .plain(.uint16), 29: .float8E4M3, 30: .float8E5M2,
    31: .float8E4M3FNUZ, 32: .float8E5M2FNUZ, 33: .float8E8M0, 34: .plain(.uint32), 35: .plain(.uint64),
  ]
  private static let strided = 7

  /// Whether its bytes are elements: neither a pickle, nor of a layout of its own, nor no tensor at all.
  var isPlain: Bool {
    get throws(DataFileError) {
      guard description["use_pickle"]?.truth == false, let meta = description["tensor_meta"], meta.entries != nil
      else { return false }
      return meta["layout"]?.integer == Self.strided
    }
  }

  /// The member that its elements are in.
  var path: String {
    get throws(DataFileError) {
      guard let path = description["path_name"]?.string else { throw wrong("path_name") }
      return path
    }
  }

  func stored(in source: StoredElements.Source, isBigEndian: Bool) throws(DataFileError) -> StoredTensor {
    guard let number = description["tensor_meta"]?["dtype"]?.integer else { throw wrong("dtype") }
    guard let type = Self.types[number] else {
      throw context.wrong(.unsupported, "for tensor \(name), a type that is known", "number \(number)")
    }
    guard let sizes = integers("sizes") else { throw wrong("sizes") }
    guard let strides = integers("strides") else { throw wrong("strides") }
    guard let start = description["tensor_meta"]?["storage_offset"]?["as_int"]?.integer else {
      throw wrong("storage_offset")
    }
    let (offset, overflow) = start.multipliedReportingOverflow(by: type.unitBytes)
    guard !overflow else { throw wrong("storage_offset") }
    var elements = StoredElements(source: source, byteOffset: offset)
    (elements.strides, elements.isBigEndian) = (strides, isBigEndian)
    return try StoredTensor(name, type, sizes, elements, context)
  }

  /// Sizes are numbers, or symbols, which no tensor in a file has.
  private func integers(_ key: String) -> [Int]? {
    guard case .array(let values)? = description["tensor_meta"]?[key] else { return nil }
    let numbers = values.compactMap { $0["as_int"]?.integer }
    return numbers.count == values.count ? numbers : nil
  }

  private func wrong(_ key: String) -> DataFileError {
    context.wrong("for tensor \(name), \(key) as `torch.export.save` writes it", "something else")
  }
}

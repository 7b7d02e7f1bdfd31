import WeftData

/// Where the elements of a file's storages are, by the storages' keys.
struct PyTorchStorages: Sendable {
  /// The bytes of the storage of this key.
  var sources: [String: StoredElements.Source] = [:]
  var isBigEndian = false

  /// A storage that a tensor is a view of.
  struct Storage {
    let type: StoredType
    let source: StoredElements.Source
    /// In elements: of a view in files of old.
    let offset: Int
  }

  /// What the description `('storage', type, key, location, size[, view])` means.
  func storage(
    of value: PickleValue, in pickle: Pickle, _ context: FileContext, tensor name: String
  ) throws(DataFileError) -> Storage {
    let description = try Description(value, pickle, context, tensor: name)
    guard let source = sources[description.key] else {
      throw context.wrong("the storage \(description.key) of tensor \(name)", "none of this key")
    }
    return Storage(type: description.type, source: source, offset: description.offset)
  }

  /// A storage as a pickle describes it.
  struct Description {
    let type: StoredType
    let key: String
    /// How many elements it has.
    let count: Int
    let offset: Int

    init(_ value: PickleValue, _ pickle: Pickle, _ context: FileContext, tensor name: String) throws(DataFileError) {
      guard let part = pickle.part(value), part.kind == .persistent, let fields = pickle.sequence(part.arguments),
        fields.count >= 5, pickle.text(fields[0]) == "storage", case .global(let type) = fields[1],
        let key = pickle.text(fields[2]), case .integer(let count) = fields[4], count >= 0
      else { throw context.wrong("for tensor \(name), the description of a storage", "something else") }
      guard let known = PickleNames.storageType(type) else {
        throw context.wrong(.unsupported, "for tensor \(name), a storage of a known type", type)
      }
      (self.type, self.key, self.count) = (known, key, count)
      guard fields.count > 5, let view = pickle.sequence(fields[5]), view.count == 3 else {
        offset = 0
        return
      }
      guard case .integer(let offset) = view[1] else { throw context.wrong("a view's offset", "something else") }
      self.offset = offset
    }
  }
}

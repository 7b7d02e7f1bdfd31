import WeftData
import WeftTensor

/// Makes named tensors, texts and numbers of what a pickle describes: containers become dotted names.
struct PyTorchObjects {
  private let pickle: Pickle
  private let context: FileContext
  private let storages: PyTorchStorages
  private(set) var contents = FileContents()
  private var known: Set<String> = []
  private var visited = 0
  /// How many bytes of arrays were read from texts.
  private var spelt = 0

  init(_ pickle: Pickle, _ context: FileContext, storages: PyTorchStorages, into contents: FileContents = .init()) {
    (self.pickle, self.context, self.storages) = (pickle, context, storages)
    self.contents = contents
  }

  /// Adds everything that the pickle holds.
  mutating func collect(named name: String = "") throws(DataFileError) {
    try add(pickle.root, name, depth: 0)
    for name in pickle.refused {
      contents.skipped.append(SkippedPart(name: name, reason: "a class or function that is never called"))
    }
  }

  private mutating func add(_ value: PickleValue, _ name: String, depth: Int) throws(DataFileError) {
    try enter(name, depth)
    guard let part = pickle.part(value) else { return note(scalar(value), name) }
    switch part.kind {
    case .dictionary: try add(pairs: part.items, name, depth)
    case .tuple, .list, .set: try add(sequence: part.items, name, depth)
    case .object: try add(object: part, name, depth)
    case .persistent:
      contents.skipped.append(SkippedPart(name: name, reason: "a storage without a tensor"))
    }
  }

  /// Counts a value, which stands no deeper than values may.
  private mutating func enter(_ name: String, _ depth: Int) throws(DataFileError) {
    try count(1)
    guard depth <= min(context.limits.nesting, 10_000) else {
      throw .limit(
        "nesting", context.name, expected: "containers nested at most \(context.limits.nesting) deep",
        "more, under \(name)")
    }
  }

  /// Keeps small pickles that stand for very many values from becoming them.
  private mutating func count(_ values: Int) throws(DataFileError) {
    visited += values
    let (product, overflow) = context.limits.sharing.multipliedReportingOverflow(by: pickle.steps)
    let most = overflow ? Int.max : 10_000.addingReportingOverflow(product).overflow ? .max : 10_000 + product
    guard visited <= most else {
      throw .limit(
        "sharing", context.name, expected: "at most \(most) values of a pickle of \(pickle.steps) steps", "more")
    }
  }

  /// A name within a container.
  private static func joined(_ name: String, _ part: String) -> String {
    name.isEmpty ? part : part.isEmpty ? name : "\(name).\(part)"
  }

  private mutating func add(pairs: [PickleValue], _ name: String, _ depth: Int) throws(DataFileError) {
    for place in stride(from: 0, to: pairs.count - 1, by: 2) {
      try add(pairs[place + 1], Self.joined(name, key(pairs[place])), depth: depth + 1)
    }
  }

  private mutating func add(sequence: [PickleValue], _ name: String, _ depth: Int) throws(DataFileError) {
    if let values = scalars(sequence) {
      try count(values.count)
      return note(.list(values), name)
    }
    for (place, value) in sequence.enumerated() { try add(value, Self.joined(name, "\(place)"), depth: depth + 1) }
  }

  /// Numbers and texts alone, as one value; nil where there is anything else.
  private func scalars(_ values: [PickleValue]) -> [FileValue]? {
    var result: [FileValue] = []
    for value in values {
      if case .part = value { return nil }
      result.append(scalar(value))
    }
    return result
  }

  private mutating func note(_ value: FileValue, _ name: String) {
    contents.metadata.append((name, value))
  }

  /// A tensor under a name that no other has.
  private mutating func note(_ tensor: StoredTensor) throws(DataFileError) {
    guard known.insert(tensor.name).inserted else {
      throw context.wrong("each tensor's name once", "\(tensor.name) again")
    }
    guard known.count <= context.limits.tensors else {
      throw .limit("tensors", context.name, expected: "at most \(context.limits.tensors) tensors", "more")
    }
    contents.tensors.append(tensor)
  }

  private func key(_ value: PickleValue) -> String {
    if let text = pickle.text(value) { return text }
    if let integers = pickle.integers(value) { return integers.map(String.init).joined(separator: "_") }
    return scalar(value).description
  }

  private func scalar(_ value: PickleValue) -> FileValue {
    switch value {
    case .none: .none
    case .truth(let truth): .truth(truth)
    case .integer(let number): .integer(number)
    case .large(let digits): .text("an integer of \(digits.count / 2) bytes")
    case .number(let number): .number(number)
    case .text(let text): .text(text)
    case .bytes(let range): .text("\(range.count) bytes")
    case .global(let name): .text(name)
    case .part: .text("a container")
    }
  }
}

// Objects.
extension PyTorchObjects {
  private mutating func add(object: PicklePart, _ name: String, _ depth: Int) throws(DataFileError) {
    guard case .global(let callee) = object.callee else { return try add(state: object, name, depth) }
    let arguments = pickle.sequence(object.arguments) ?? []
    if let reason = reasonToSkip(callee, arguments, object) {
      contents.skipped.append(SkippedPart(name: name, reason: reason))
      return
    }
    if let tensor = try tensor(callee, arguments, object, name) { return try note(tensor) }
    switch callee {
    case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
      "torch.nn.parameter.Parameter", "torch.jit._pickle.restore_type_tag",
      "torch._utils._rebuild_device_tensor_from_cpu_tensor", "torch._utils._rebuild_device_tensor_from_numpy":
      try add(arguments.first ?? .none, name, depth: depth + 1)
    case "torch._tensor._rebuild_from_type_v2" where arguments.count >= 3:
      let inner = PicklePart(kind: .object, callee: arguments[0], arguments: arguments[2])
      try enter(name, depth + 1)
      try add(object: inner, name, depth + 1)
    case "torch._utils._rebuild_sparse_tensor":
      contents.skipped.append(SkippedPart(name: name, reason: "a sparse tensor: its parts are listed"))
      try add(sequence: arguments, name, depth)
    case "torch._utils._rebuild_meta_tensor_no_storage", "torch._utils._rebuild_wrapper_subclass":
      contents.skipped.append(SkippedPart(name: name, reason: "a tensor without elements"))
    case "torch.Size", "torch.device", "builtins.complex", "builtins.slice", "builtins.range":
      let values = pickle.sequence(arguments.first ?? .none) ?? arguments
      let list = scalars(values) ?? []
      note(callee == "torch.device" ? .text(list.map(\.description).joined(separator: ":")) : .list(list), name)
    case _ where PickleNames.scalars.contains(callee): note(try number(arguments), name)
    default: try add(container: callee, object, arguments, name, depth)
    }
  }

  private mutating func add(
    container callee: String, _ object: PicklePart, _ arguments: [PickleValue], _ name: String, _ depth: Int
  ) throws(DataFileError) {
    let isList = callee.hasPrefix("torch.jit._pickle.build_")
    if PickleNames.sequences.contains(callee) || isList {
      let items = arguments.first.flatMap { value in pickle.part(value)?.items } ?? []
      return try add(sequence: items + object.items, name, depth)
    }
    guard PickleNames.dictionaries.contains(callee) else { return try add(state: object, name, depth) }
    // OrderedDict([(key, value), ...]), as protocol 2 of Python 2 wrote it, or a dictionary to begin with.
    for argument in arguments {
      guard let part = pickle.part(argument) else { continue }
      if part.kind == .dictionary { try add(pairs: part.items, name, depth) }
      for item in part.kind == .list ? part.items : [] {
        guard let pair = pickle.sequence(item), pair.count == 2 else { continue }
        try add(pairs: pair, name, depth)
      }
    }
    try add(pairs: object.items, name, depth)
    // The state of an ordered dictionary is what modules note of their versions.
    if callee.hasPrefix("argparse") || callee.hasPrefix("types") { try add(state: object, name, depth) }
  }

  /// An object of a class, by its attributes; what modules keep in three dictionaries of their own has no name of
  /// those.
  private mutating func add(state object: PicklePart, _ name: String, _ depth: Int) throws(DataFileError) {
    if !object.items.isEmpty { try add(sequence: object.items, name, depth) }
    guard let state = pickle.part(object.state) else {
      if object.items.isEmpty {
        contents.skipped.append(SkippedPart(name: name, reason: scalar(object.callee).description))
      }
      return
    }
    guard state.kind == .dictionary else { return try add(object.state, name, depth: depth + 1) }
    for place in stride(from: 0, to: state.items.count - 1, by: 2) {
      let (key, value) = (key(state.items[place]), state.items[place + 1])
      let isOwn = ["_parameters", "_buffers", "_modules"].contains(key)
      if case .none = value, isOwn { continue }
      if key == "_flat_weights" {
        contents.skipped.append(SkippedPart(name: Self.joined(name, key), reason: "the layer's weights once more"))
        continue
      }
      try add(value, isOwn ? name : Self.joined(name, key), depth: depth + 1)
    }
  }
}

// Tensors and arrays.
extension PyTorchObjects {
  private mutating func tensor(
    _ callee: String, _ arguments: [PickleValue], _ object: PicklePart, _ name: String
  ) throws(DataFileError) -> StoredTensor? {
    // A tensor alone in its file has no name there.
    let name = name.isEmpty ? "tensor" : name
    switch callee {
    case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3":
      return try tensor(arguments, hasType: callee.hasSuffix("v3"), name)
    case "torch._utils._rebuild_qtensor":
      return try tensor(arguments, hasType: false, name, scaling: try scaling(arguments, name))
    case _ where PickleNames.reconstructions.contains(callee):
      guard let state = pickle.sequence(object.state), state.count == 5 else { throw wrong(name, "an array's state") }
      return try array(shape: state[1], type: state[2], isFortran: state[3], bytes: state[4], name)
    case _ where PickleNames.buffers.contains(callee):
      guard arguments.count == 4 else { throw wrong(name, "an array's buffer") }
      let isFortran = pickle.text(arguments[3]) == "F"
      return try array(shape: arguments[2], type: arguments[1], isFortran: .truth(isFortran), bytes: arguments[0], name)
    default: return nil
    }
  }

  /// Why a tensor or array is no numbers to read, nil for others.
  private func reasonToSkip(_ callee: String, _ arguments: [PickleValue], _ object: PicklePart) -> String? {
    if isLazy(callee, arguments) {
      return "a tensor that PyTorch conjugates or negates when it is used: save it `resolve_conj().resolve_neg()`"
    }
    if let storage = packedStorage(callee, arguments) {
      return "a quantized tensor in a \(storage), whose packing is not read: save it `dequantize()`"
    }
    let state = PickleNames.reconstructions.contains(callee) ? pickle.sequence(object.state) : nil
    guard let state, state.count == 5, let code = typeCode(state[2]), elementType(state[2]) == nil else { return nil }
    return "an array of NumPy's type \(code), which is none of numbers"
  }

  /// Whether the elements are not those of the storage: PyTorch marks conjugates and negatives, and makes them later.
  private func isLazy(_ callee: String, _ arguments: [PickleValue]) -> Bool {
    guard callee.hasPrefix("torch._utils._rebuild_tensor_v"), let marks = arguments.last.flatMap(pickle.part),
      marks.kind == .dictionary, arguments.count > 6
    else { return false }
    return stride(from: 0, to: marks.items.count - 1, by: 2).contains { place in
      guard case .truth(true) = marks.items[place + 1] else { return false }
      return ["conj", "neg"].contains(key(marks.items[place]))
    }
  }

  /// The class of a quantized tensor's storage where that has several numbers to a byte.
  private func packedStorage(_ callee: String, _ arguments: [PickleValue]) -> String? {
    guard callee == "torch._utils._rebuild_qtensor", let storage = arguments.first.flatMap(pickle.part),
      let fields = pickle.sequence(storage.arguments), fields.count > 1, case .global(let type) = fields[1]
    else { return nil }
    return ["torch.QUInt4x2Storage", "torch.QUInt2x4Storage"].contains(type) ? type : nil
  }

  private func wrong(_ name: String, _ what: String) -> DataFileError {
    context.wrong("for tensor \(name), \(what)", "something else")
  }

  /// What the numbers of a quantized tensor stand for: `(scheme, scale, zero point)`, or `(scheme, scales, zero points,
  /// axis)` of two tensors.
  private func scaling(_ arguments: [PickleValue], _ name: String) throws(DataFileError) -> StoredScaling {
    let sizes = arguments.count > 4 ? pickle.integers(arguments[2]) ?? [] : []
    let values = arguments.count > 4 ? pickle.sequence(arguments[4]) ?? [] : []
    if values.count == 3, let scale = real(values[1]), let zeroPoint = real(values[2]) {
      return .tensor(scale: scale, zeroPoint: zeroPoint)
    }
    guard values.count == 4, case .integer(let axis) = values[3], sizes.indices.contains(axis),
      let scales = try parameters(values[1], name, count: sizes[axis]),
      let zeroPoints = try parameters(values[2], name, count: sizes[axis])
    else { throw wrong(name, "a scale and a zero point, or some along an axis") }
    return .channels(StoredChannels(axis: axis, scales: scales, zeroPoints: zeroPoints))
  }

  private func real(_ value: PickleValue) -> Double? {
    switch value {
    case .number(let number): number
    case .integer(let number): Double(number)
    default: nil
    }
  }

  /// A tensor of so many plain numbers within a quantized one's description.
  private func parameters(_ value: PickleValue, _ name: String, count: Int) throws(DataFileError) -> StoredTensor? {
    guard let part = pickle.part(value), case .global(let callee) = part.callee, callee.hasPrefix("torch._utils."),
      ["_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3"].contains(callee.dropFirst("torch._utils.".count)),
      let arguments = pickle.sequence(part.arguments)
    else { return nil }
    let tensor = try tensor(arguments, hasType: callee.hasSuffix("v3"), name)
    return tensor.type.isPlain && tensor.shape.sizes == [count] ? tensor : nil
  }

  private func tensor(
    _ arguments: [PickleValue], hasType: Bool, _ name: String, scaling: StoredScaling? = nil
  ) throws(DataFileError) -> StoredTensor {
    guard arguments.count >= (hasType ? 7 : 4), case .integer(let offset) = arguments[1],
      let sizes = pickle.integers(arguments[2]), let strides = pickle.integers(arguments[3]),
      sizes.count == strides.count
    else { throw wrong(name, "a storage, an offset, sizes and strides") }
    let storage = try storages.storage(of: arguments[0], in: pickle, context, tensor: name)
    var type = storage.type
    if hasType {
      guard case .global(let dtype) = arguments[6], let known = PickleNames.dtype(dtype) else {
        throw context.wrong(
          .unsupported, "for tensor \(name), an element type that is known", scalar(arguments[6]).description)
      }
      type = known
    }
    let (start, overflow) = (offset &+ storage.offset).multipliedReportingOverflow(by: type.unitBytes)
    guard !overflow, offset >= 0, storage.offset >= 0, start >= 0 else { throw wrong(name, "an offset from 0") }
    if case .quantized = type, scaling == nil { throw wrong(name, "a scale and a zero point") }
    let elements = StoredElements(
      source: storage.source, byteOffset: start, strides: strides, isBigEndian: storages.isBigEndian, scaling: scaling)
    return try StoredTensor(name, type, sizes, elements, context)
  }

  private mutating func array(
    shape: PickleValue, type: PickleValue, isFortran: PickleValue, bytes: PickleValue, _ name: String
  ) throws(DataFileError) -> StoredTensor {
    guard let sizes = pickle.integers(shape) else { throw wrong(name, "an array's shape") }
    guard let (element, isBigEndian) = elementType(type) else {
      throw context.wrong(.unsupported, "for array \(name), a type of numbers", "another")
    }
    guard let source = try elementBytes(bytes) else { throw wrong(name, "an array's bytes") }
    var elements = StoredElements(source: source, isBigEndian: isBigEndian)
    if case .truth(true) = isFortran {
      var step = 1
      elements.strides = sizes.map { size in
        defer { step = step.multipliedReportingOverflow(by: max(size, 1)).partialValue }
        return step
      }
    }
    return try StoredTensor(name, element, sizes, elements, context)
  }

  /// The bytes, in the pickle or spelt as a text of Latin 1, as Python 3 writes them for Python 2.
  private mutating func elementBytes(_ value: PickleValue) throws(DataFileError) -> StoredElements.Source? {
    if case .bytes(let range) = value { return .memory(pickle.memory, range) }
    guard let part = pickle.part(value), part.kind == .object, case .global("_codecs.encode") = part.callee,
      case .text(let text)? = pickle.sequence(part.arguments)?.first
    else { return nil }
    // Python writes each text for one array: many arrays of one text are a trap for memory.
    spelt += text.utf8.count
    guard spelt <= pickle.memory.count else {
      throw .limit("sharing", context.name, expected: "each text of bytes for one array", "one text for several")
    }
    let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    guard text.unicodeScalars.allSatisfy({ $0.value < 256 }) else { return nil }
    return .memory(FileMemory(FileBytes(name: context.name, bytes: bytes)), 0..<bytes.count)
  }

  /// What NumPy calls a type, as `f4`.
  private func typeCode(_ value: PickleValue) -> String? {
    guard let part = pickle.part(value), case .global("numpy.dtype") = part.callee else { return nil }
    return pickle.sequence(part.arguments)?.first.flatMap(pickle.text)
  }

  /// NumPy's type: `dtype('f4', False, True)`, its state telling the order of bytes.
  private func elementType(_ value: PickleValue) -> (StoredType, isBigEndian: Bool)? {
    guard let part = pickle.part(value), let code = typeCode(value) else { return nil }
    let plain = code.first.map { "<>|=".contains($0) } == true ? String(code.dropFirst()) : code
    guard let type = NumPyTypes.type(of: plain) else { return nil }
    let order = pickle.sequence(part.state).flatMap { $0.count > 1 ? pickle.text($0[1]) : nil }
    return (type, order == ">" || code.first == ">")
  }

  /// NumPy's number: a type and its bytes.
  private mutating func number(_ arguments: [PickleValue]) throws(DataFileError) -> FileValue {
    guard arguments.count == 2, let (type, isBigEndian) = elementType(arguments[0]),
      let source = try elementBytes(arguments[1]),
      let stored = try? StoredTensor(
        "number", type, [], StoredElements(source: source, isBigEndian: isBigEndian), context),
      let tensor = try? stored.tensor(limits: context.limits), tensor.elementCount == 1
    else { return .text("a number of NumPy") }
    return tensor.dtype.isFloatingPoint ? .number(tensor.item()) : .integer(tensor.item(as: Int.self))
  }
}

import WeftData

/// Reads Python's pickles, protocols 2 to 5, without running anything: a call is noted, and a name is only compared
/// with those that are known to be harmless (`PickleNames`).
///
/// Every step of a pickle takes at least a byte of it and makes at most one value, so that a small file stays small.
struct PickleReader {
  private var reader: ByteReader
  private let context: FileContext
  private let isAllowed: (String) -> Bool
  private let skipsRefused: Bool
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var parts: [PicklePart] = []
  private var refused: [String] = []

  /// The most bytes of a module's or class's name. A text may be named again and again by few bytes.
  private static let longestName = 1024

  /// - Parameters:
  ///   - isAllowed: Whether a class or function is known to be harmless.
  ///   - skipsRefused: Whether one that is not is noted rather than an error.
  init(
    _ reader: ByteReader, _ context: FileContext, isAllowed: @escaping (String) -> Bool, skipsRefused: Bool
  ) {
    (self.reader, self.context) = (reader, context)
    (self.isAllowed, self.skipsRefused) = (isAllowed, skipsRefused)
  }

  /// Reads one pickle to its end.
  mutating func read() throws(DataFileError) -> Pickle {
    guard reader.rest >= 2, reader.bytes(reader.place..<(reader.place + 2))[0] == 0x80 else {
      throw failure("a pickle of protocol 2 to 5 (80 02 to 80 05)", "other bytes")
    }
    var steps = 0
    while true {
      let place = reader.place
      let code = try reader.byte("a pickle's next step")
      if code == UInt8(ascii: ".") { break }
      steps += 1
      guard steps <= context.limits.values else {
        throw .limit(
          "values", context.name, at: place, expected: "at most \(context.limits.values) values in a pickle", "more")
      }
      // Not with `||`, which forgets the type of what is thrown.
      var isKnown = try readScalar(code)
      if !isKnown { isKnown = try readStructure(code) }
      if !isKnown { isKnown = try readObject(code) }
      guard isKnown else {
        throw context.wrong(
          at: place, "a step of pickle protocol 2 to 5", "the byte \(code)",
          hint: "protocols 0 and 1 are not read: save it again with `torch.save`")
      }
    }
    let root = try pop()
    return Pickle(
      memory: reader.memory, parts: parts, root: root, end: reader.place, steps: steps, refused: refused)
  }
}

// The stack.
extension PickleReader {
  private func failure(_ expected: String, _ found: String) -> DataFileError {
    reader.failure(.wrongFormat, "in the pickle, \(expected)", found)
  }

  private mutating func pop() throws(DataFileError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw failure("a value", "none") }
    return value
  }

  private mutating func popToMark() throws(DataFileError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw failure("a mark", "none") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func push(_ part: PicklePart) {
    stack.append(.part(parts.count))
    parts.append(part)
  }

  private mutating func tuple(_ count: Int) throws(DataFileError) {
    guard stack.count - (marks.last ?? 0) >= count else { throw failure("\(count) values", "fewer") }
    let items = Array(stack.suffix(count))
    stack.removeLast(count)
    push(PicklePart(kind: .tuple, items: items))
  }

  /// The number of the container or object on top.
  private func top() throws(DataFileError) -> Int {
    guard stack.count > marks.last ?? 0, case .part(let index)? = stack.last else {
      throw failure("a container or an object", "another value")
    }
    return index
  }
}

// Steps that make one value of what follows them.
extension PickleReader {
  private mutating func readScalar(_ code: UInt8) throws(DataFileError) -> Bool {
    switch code {
    case UInt8(ascii: "N"): stack.append(.none)
    case 0x88: stack.append(.truth(true))
    case 0x89: stack.append(.truth(false))
    case UInt8(ascii: "J"): stack.append(.integer(Int(try reader.number(Int32.self, "an integer"))))
    case UInt8(ascii: "K"): stack.append(.integer(Int(try reader.byte("an integer"))))
    case UInt8(ascii: "M"): stack.append(.integer(Int(try reader.number(UInt16.self, "an integer"))))
    case 0x8A: try long(Int(try reader.byte("a length")))
    case 0x8B: try long(Int(try reader.number(Int32.self, "a length")))
    case UInt8(ascii: "G"):
      var bits = try reader.number(UInt64.self, "a number").byteSwapped
      if reader.isBigEndian { bits = bits.byteSwapped }
      stack.append(.number(Double(bitPattern: bits)))
    default: return try readText(code)
    }
    return true
  }

  private mutating func readText(_ code: UInt8) throws(DataFileError) -> Bool {
    switch code {
    case 0x8C: try text(Int(try reader.byte("a length")))
    case UInt8(ascii: "X"): try text(Int(try reader.number(UInt32.self, "a length")))
    case 0x8D: try text(try reader.count(UInt64.self, "a length"))
    case UInt8(ascii: "C"), UInt8(ascii: "U"): try bytes(Int(try reader.byte("a length")))
    case UInt8(ascii: "B"): try bytes(Int(try reader.number(UInt32.self, "a length")))
    case UInt8(ascii: "T"): try bytes(Int(try reader.number(Int32.self, "a length")))
    case 0x8E, 0x96: try bytes(try reader.count(UInt64.self, "a length"))
    default: return false
    }
    return true
  }

  private mutating func text(_ count: Int) throws(DataFileError) {
    let range = try reader.take(count, "a text")
    // Python writes half surrogates too, which are no UTF-8: they become marks of replacement.
    stack.append(.text(String(decoding: reader.bytes(range), as: UTF8.self)))
  }

  private mutating func bytes(_ count: Int) throws(DataFileError) {
    stack.append(.bytes(try reader.take(count, "bytes")))
  }

  /// An integer of any length, the least significant byte first.
  private mutating func long(_ count: Int) throws(DataFileError) {
    let bytes = reader.bytes(try reader.take(count, "an integer"))
    guard count <= 8 else {
      let digits = bytes.prefix(64).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      return stack.append(.large(digits))
    }
    var value: UInt64 = (bytes.last ?? 0) < 0x80 ? 0 : .max
    for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
    stack.append(.integer(Int(Int64(bitPattern: value))))
  }
}

// Steps that make containers, and put values into them.
extension PickleReader {
  private mutating func readStructure(_ code: UInt8) throws(DataFileError) -> Bool {
    switch code {
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "0"): _ = try pop()
    case UInt8(ascii: "1"): _ = try popToMark()
    case UInt8(ascii: "2"):
      let value = try pop()
      stack += [value, value]
    case UInt8(ascii: ")"): push(PicklePart(kind: .tuple))
    case UInt8(ascii: "]"): push(PicklePart(kind: .list))
    case UInt8(ascii: "}"): push(PicklePart(kind: .dictionary))
    case 0x8F: push(PicklePart(kind: .set))
    case UInt8(ascii: "t"): push(PicklePart(kind: .tuple, items: try popToMark()))
    case UInt8(ascii: "l"): push(PicklePart(kind: .list, items: try popToMark()))
    case UInt8(ascii: "d"): push(PicklePart(kind: .dictionary, items: try pairs(try popToMark())))
    case 0x91: push(PicklePart(kind: .set, items: try popToMark()))
    case 0x85: try tuple(1)
    case 0x86: try tuple(2)
    case 0x87: try tuple(3)
    case UInt8(ascii: "a"):
      let value = try pop()
      parts[try top()].items.append(value)
    case UInt8(ascii: "e"), 0x90:
      let values = try popToMark()
      parts[try top()].items += values
    case UInt8(ascii: "s"):
      let (value, key) = (try pop(), try pop())
      parts[try top()].items += [key, value]
    case UInt8(ascii: "u"):
      let values = try pairs(try popToMark())
      parts[try top()].items += values
    default: return try readMemo(code)
    }
    return true
  }

  private func pairs(_ values: [PickleValue]) throws(DataFileError) -> [PickleValue] {
    guard values.count % 2 == 0 else { throw failure("keys with values", "a key alone") }
    return values
  }

  private mutating func readMemo(_ code: UInt8) throws(DataFileError) -> Bool {
    switch code {
    case UInt8(ascii: "q"): try keep(Int(try reader.byte("a number")))
    case UInt8(ascii: "r"): try keep(Int(try reader.number(UInt32.self, "a number")))
    case 0x94: try keep(memo.count)
    case UInt8(ascii: "h"): try recall(Int(try reader.byte("a number")))
    case UInt8(ascii: "j"): try recall(Int(try reader.number(UInt32.self, "a number")))
    case 0x80:
      let version = try reader.byte("the protocol")
      guard (2...5).contains(version) else { throw failure("protocol 2 to 5", "\(version)") }
    case 0x95: _ = try reader.take(8, "a frame's length")
    default: return false
    }
    return true
  }

  private mutating func keep(_ number: Int) throws(DataFileError) {
    guard stack.count > marks.last ?? 0, let value = stack.last else { throw failure("a value to keep", "none") }
    memo[number] = value
  }

  private mutating func recall(_ number: Int) throws(DataFileError) {
    guard let value = memo[number] else { throw failure("a value kept under \(number)", "none") }
    stack.append(value)
  }
}

// Steps that would call something.
extension PickleReader {
  private mutating func readObject(_ code: UInt8) throws(DataFileError) -> Bool {
    switch code {
    case UInt8(ascii: "c"):
      let (module, name) = (try line(), try line())
      try nameGlobal(module, name)
    case 0x93:
      let (name, module) = (try pop(), try pop())
      guard case .text(let name) = name, case .text(let module) = module,
        name.utf8.count <= Self.longestName, module.utf8.count <= Self.longestName
      else { throw failure("a name in two texts of at most \(Self.longestName) bytes", "other values") }
      try nameGlobal(module, name)
    case UInt8(ascii: "R"), 0x81:
      let (arguments, callee) = (try pop(), try pop())
      push(PicklePart(kind: .object, callee: callee, arguments: arguments))
    case 0x92:
      let (_, arguments, callee) = (try pop(), try pop(), try pop())
      push(PicklePart(kind: .object, callee: callee, arguments: arguments))
    case UInt8(ascii: "Q"): push(PicklePart(kind: .persistent, arguments: try pop()))
    case UInt8(ascii: "b"):
      let state = try pop()
      parts[try top()].state = state
    case 0x98: break  // a buffer that Python would not write to
    default: return false
    }
    return true
  }

  /// The rest of a line.
  private mutating func line() throws(DataFileError) -> String {
    let rest = reader.bytes(reader.place..<min(reader.range.upperBound, reader.place + Self.longestName))
    guard let length = rest.firstIndex(of: 0x0A) else { throw failure("the end of a name's line", "none") }
    let text = try reader.text(length, "a name")
    _ = try reader.byte("the line's end")
    return text
  }

  private mutating func nameGlobal(_ module: String, _ name: String) throws(DataFileError) {
    // Python 2's name of the module, which protocol 2 keeps.
    let full = "\(module == "__builtin__" ? "builtins" : module).\(name)"
    if !isAllowed(full) {
      guard skipsRefused else { throw .refusedName(full, context.name, at: reader.place) }
      if refused.count < 1000, !refused.contains(full) { refused.append(full) }
    }
    stack.append(.global(full))
  }
}

extension DataFileError {
  fileprivate static func refusedName(_ name: String, _ file: String, at offset: Int) -> DataFileError {
    DataFileError(
      .refused, file: file, at: offset, expected: "only what tensors and containers are made of",
      found: "\(name.prefix(200)), which a pickle may not name",
      hint: "save a state dictionary (`torch.save(model.state_dict(), path)`), or read what there is without it "
        + "(`TensorFile(path, skipsRefused: true)`)")
  }
}

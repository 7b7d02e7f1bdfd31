import WeftData
import WeftTensor

/// The header of a `.npy` file (NumPy's format description, versions 1 to 3): a Python dictionary of three keys.
struct NumPyHeader {
  /// What the elements are: numbers, or texts of so many characters.
  enum Element {
    case number(StoredType, isBigEndian: Bool)
    case text(length: Int, isBigEndian: Bool)
  }

  let element: Element
  let isFortranOrder: Bool
  let shape: [Int]

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  init(_ reader: inout ByteReader, _ context: FileContext) throws(DataFileError) {
    let start = reader.place
    guard try reader.bytes(reader.take(6, "a NumPy array's header")).elementsEqual(Self.magic) else {
      throw context.wrong(at: start, "a NumPy array: 93 4e 55 4d 50 59", "other bytes")
    }
    let major = try reader.byte("the format's version")
    let minor = try reader.byte("the format's version")
    guard (1...3).contains(major), minor == 0 else {
      throw context.wrong(.unsupported, at: start + 6, "version 1.0, 2.0 or 3.0 of the format", "\(major).\(minor)")
    }
    let length =
      major == 1
      ? Int(try reader.number(UInt16.self, "the header's length"))
      : Int(try reader.number(UInt32.self, "the header's length"))
    guard length <= context.limits.headerBytes else {
      throw .limit(
        "headerBytes", context.name, at: start + 8, expected: "a header of at most \(context.limits.headerBytes) bytes",
        "\(length)")
    }
    let range = try reader.take(length, "the header")
    var literal = PythonLiteral(reader.bytes(range), at: range.lowerBound, context)
    let fields = try literal.dictionary()
    guard fields.count == 3, case .text(let type)? = fields["descr"], case .truth(let order)? = fields["fortran_order"],
      case .tuple(let sizes)? = fields["shape"]
    else {
      throw context.wrong(
        at: range.lowerBound, "'descr', 'fortran_order' and 'shape' in the header",
        fields.keys.sorted().map { "'\($0)'" }.joined(separator: ", "))
    }
    (isFortranOrder, shape) = (order, sizes)
    element = try Self.element(type, context, at: range.lowerBound)
  }

  private static func element(
    _ text: String, _ context: FileContext, at offset: Int
  ) throws(DataFileError) -> Element {
    let order = text.first.map { "<>|=".contains($0) ? $0 : "=" } ?? "="
    let code = text.first == order ? String(text.dropFirst()) : text
    if code.first == "U", let length = Int(code.dropFirst()), (0...1 << 20).contains(length) {
      return .text(length: length, isBigEndian: order == ">")
    }
    guard let type = NumPyTypes.type(of: code) else {
      throw context.wrong(
        .unsupported, at: offset, "an array of numbers, truth values or texts", "NumPy's type '\(text.prefix(40))'",
        hint: code.hasPrefix("O") ? "it holds Python objects, which only Python can make: save numbers instead" : nil)
    }
    return .number(type, isBigEndian: order == ">")
  }
}

/// NumPy's codes of types.
enum NumPyTypes {
  private static let codes: [(code: String, type: StoredType)] = [
    ("b1", .plain(.bool)), ("i1", .plain(.int8)), ("u1", .plain(.uint8)), ("i2", .plain(.int16)),
    ("u2", .plain(.uint16)), ("i4", .plain(.int32)), ("u4", .plain(.uint32)), ("i8", .plain(.int64)),
    ("u8", .plain(.uint64)), ("f2", .plain(.float16)), ("f4", .plain(.float32)), ("f8", .plain(.float64)),
    ("c8", .complex(.float32)), ("c16", .complex(.float64)),
  ]

  static func type(of code: String) -> StoredType? { codes.first { $0.code == code }?.type }

  /// The description of a type in a header, nil where NumPy has none.
  static func description(of type: StoredType) -> String? {
    guard let code = codes.first(where: { $0.type == type })?.code else { return nil }
    return (type.unitBytes == 1 ? "|" : "<") + code
  }
}

/// Reads the few kinds of Python literals that such headers are made of.
private struct PythonLiteral {
  enum Value {
    case text(String)
    case truth(Bool)
    case tuple([Int])
  }

  private let bytes: UnsafeRawBufferPointer
  private let start: Int
  private let context: FileContext
  private var place = 0

  init(_ bytes: UnsafeRawBufferPointer, at start: Int, _ context: FileContext) {
    (self.bytes, self.start, self.context) = (bytes, start, context)
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private func failure(_ expected: String) -> DataFileError {
    let found = next.map { $0 > 0x20 && $0 < 0x7F ? "'\(Character(Unicode.Scalar($0)))'" : "the byte \($0)" }
    return context.wrong(at: start + place, "in the header, \(expected)", found ?? "its end")
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    while let byte = next, byte == 0x20 || (9...13).contains(byte) { place += 1 }
    guard next == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  mutating func dictionary() throws(DataFileError) -> [String: Value] {
    guard take("{") else { throw failure("a dictionary") }
    var fields: [String: Value] = [:]
    while !take("}") {
      let key = try text()
      guard take(":") else { throw failure("':'") }
      guard fields.updateValue(try value(), forKey: key) == nil else { throw failure("'\(key)' once") }
      if take(",") { continue }
      guard take("}") else { throw failure("',' or '}'") }
      break
    }
    while take("\n") {}
    guard place == bytes.count || !bytes[place...].contains(where: { $0 != 0x20 && $0 != 0x0A }) else {
      throw failure("nothing behind the dictionary")
    }
    return fields
  }

  private mutating func value() throws(DataFileError) -> Value {
    if take("(") { return .tuple(try sizes()) }
    guard !take("[") else {
      throw context.wrong(
        .unsupported, at: start + place, "an array of numbers, truth values or texts", "records with fields",
        hint: "save each field as an array of its own")
    }
    if take("T") { return .truth(try word("rue", true)) }
    if take("F") { return .truth(try word("alse", false)) }
    return .text(try text())
  }

  private mutating func word(_ rest: String, _ value: Bool) throws(DataFileError) -> Bool {
    guard bytes[place...].starts(with: rest.utf8) else { throw failure("True or False") }
    place += rest.utf8.count
    return value
  }

  /// The rest of a tuple of integers.
  private mutating func sizes() throws(DataFileError) -> [Int] {
    var sizes: [Int] = []
    while !take(")") {
      let first = place
      while let byte = next, (0x30...0x39).contains(byte) { place += 1 }
      guard place > first, let size = Int(String(decoding: bytes[first..<place], as: UTF8.self)) else {
        throw failure("a size from 0")
      }
      sizes.append(size)
      _ = take("L")  // as Python 2 wrote them
      if take(",") { continue }
      guard take(")"), sizes.count > 1 else { throw failure("',' or ')'") }
      break
    }
    return sizes
  }

  private mutating func text() throws(DataFileError) -> String {
    let quote: Unicode.Scalar = take("'") ? "'" : "\""
    guard quote == "'" || take("\"") else { throw failure("a text in quotes") }
    let first = place
    while let byte = next, byte != UInt8(ascii: quote) {
      guard byte != UInt8(ascii: "\\"), byte >= 0x20 else { throw failure("a text without escapes") }
      place += 1
    }
    guard next != nil else { throw failure("a text's closing quote") }
    defer { place += 1 }
    return String(decoding: bytes[first..<place], as: UTF8.self)
  }
}

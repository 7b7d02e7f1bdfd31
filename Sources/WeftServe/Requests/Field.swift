/// A value of a request with the path that leads to it, so that what is wrong can be said with its place.
struct Field {
  /// nil where the request has nothing there, or null.
  let value: JSON?
  let path: String

  init(_ value: JSON?, path: String = "") {
    if case .null = value { self.value = nil } else { self.value = value }
    self.path = path
  }

  /// The body of a request.
  init(body: some Sequence<UInt8>) throws {
    do { self.init(try JSON(body)) } catch { throw RequestRefusal(.malformed, "The body is not JSON: \(error).") }
    guard case .object = value else { throw unfit("an object as the body") }
  }

  subscript(_ name: String) -> Field { Field(value?[name], path: path.isEmpty ? name : "\(path).\(name)") }

  /// The field if it is there.
  var given: Field? { value == nil ? nil : self }

  func unfit(_ expected: String) -> RequestRefusal {
    RequestRefusal(
      .unfit, "\(path.isEmpty ? "The body" : "`\(path)`"): expected \(expected), got \(found).",
      field: path.isEmpty ? nil : path)
  }

  private var found: String {
    switch value {
    case nil: "nothing"
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .text(let text) where text.utf8.count <= 60: "\"\(text)\""
    case .list(let items) where 1...8 ~= items.count && items.allSatisfy { Field($0).isNumber }:
      "[\(items.map { Field($0).found }.joined(separator: ", "))]"
    case .list(let items): "an array of \(items.count)"
    case let value?: value.kind
    }
  }

  func text() throws -> String {
    guard case .text(let text) = value else { throw unfit("a string") }
    return text
  }

  func text(among choices: [String]) throws -> String {
    let text = try text()
    guard choices.contains(text) else {
      throw unfit("one of \(choices.map { "\"\($0)\"" }.joined(separator: ", "))")
    }
    return text
  }

  func flag() throws -> Bool {
    guard case .bool(let flag) = value else { throw unfit("true or false") }
    return flag
  }

  /// A whole number, which may be written as 3.0.
  func whole(in range: ClosedRange<Int>) throws -> Int {
    let expected =
      range.upperBound == .max ? "at least \(range.lowerBound)" : "of \(range.lowerBound) to \(range.upperBound)"
    switch value {
    case .integer(let number) where range.contains(number): return number
    case .number(let number):
      guard let whole = Int(exactly: number), range.contains(whole) else { fallthrough }
      return whole
    default: throw unfit("a whole number \(expected)")
    }
  }

  func number(in range: ClosedRange<Double>) throws -> Double {
    let number: Double
    switch value {
    case .integer(let whole): number = Double(whole)
    case .number(let found): number = found
    default: throw unfit("a number of \(range.lowerBound) to \(range.upperBound)")
    }
    guard range.contains(number) else { throw unfit("a number of \(range.lowerBound) to \(range.upperBound)") }
    return number
  }

  /// The elements of an array.
  func elements(atMost limit: Int = .max) throws -> [Field] {
    guard case .list(let items) = value else { throw unfit("an array") }
    guard items.count <= limit else { throw unfit("at most \(limit) elements") }
    return items.enumerated().map { Field($1, path: "\(path)[\($0)]") }
  }

  func members() throws -> [(name: String, field: Field)] {
    guard case .object(let members) = value else { throw unfit("an object") }
    return members.map { ($0.name, Field($0.value, path: "\(path).\(RequestRefusal.shortened($0.name))")) }
  }

  /// The field if it is there, which must have fields of its own then.
  func part() throws -> Field? {
    guard let given else { return nil }
    _ = try given.members()
    return given
  }

  var isText: Bool { if case .text = value { true } else { false } }
  var isList: Bool { if case .list = value { true } else { false } }
  var isNumber: Bool {
    switch value {
    case .integer, .number: true
    default: false
    }
  }
}

import WeftData
import WeftText

/// The settings of a model, as its `config.json` states them: each is asked for with what it must be, and what it is not is
/// an error that names the file, the key, what was expected and what was found.
///
/// ```swift
/// let configuration = try ModelConfiguration(contentsOf: "model/config.json")
/// let width = try configuration.size("hidden_size")
/// let epsilon = try configuration.number("layer_norm_eps", default: 1e-12)
/// ```
public struct ModelConfiguration: Sendable {
  /// The file's path.
  public let file: String
  /// Where these settings stand in the file, as `text_config`; empty for the whole.
  public let path: String
  private let values: [String: ConfigValue]
  /// The keys, in the order of the file.
  public let keys: [String]

  /// The most bytes of such a file.
  private static let longest = 1 << 26

  /// Opens a file of settings.
  ///
  /// - Throws: `ModelError` where it cannot be read or holds no object.
  public init(contentsOf path: String) throws(ModelError) {
    try self.init(json: try Self.bytes(of: path), file: path)
  }

  /// Reads settings from JSON.
  ///
  /// - Parameter file: The name that errors give.
  /// - Throws: `ModelError` for what is no object.
  public init(json: [UInt8], file: String = "config.json") throws(ModelError) {
    let value = try Self.value(json, file)
    guard case .object(let entries) = value else {
      throw ModelError(.syntax, file: file, expected: "an object of settings", found: value.kind)
    }
    self.init(entries, file: file, path: "")
  }

  init(_ entries: [ConfigEntry], file: String, path: String) {
    (self.file, self.path) = (file, path)
    values = Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    keys = entries.map(\.key)
  }

  static func bytes(of path: String) throws(ModelError) -> [UInt8] {
    do { return try FileBytes(contentsOf: path, limit: longest).bytes } catch {
      throw ModelError(.unreadable, file: path, expected: error.expected, found: error.found, hint: error.hint)
    }
  }

  /// What to think of a file that is no JSON.
  private static func hint(_ bytes: [UInt8]) -> String? {
    if bytes.isEmpty { return "a download may have been cut short" }
    let kind = FileKind(firstBytes: bytes)
    return [.htmlPage, .gitLFSPointer, .zeros].contains(kind) ? "the file looks like \(kind)" : nil
  }

  static func value(_ json: [UInt8], _ file: String) throws(ModelError) -> ConfigValue {
    do { return try ConfigReader.read(json, file: file) } catch {
      throw ModelError(
        .syntax, file: file, path: error.path, expected: error.expected, found: error.found,
        hint: Self.hint(json))
    }
  }
}

extension ModelConfiguration {
  /// The value of a key; nil where it is missing or null.
  func value(_ key: String) -> ConfigValue? {
    guard let value = values[key] else { return nil }
    if case .null = value { return nil }
    return value
  }

  /// Whether a key is there, and not null.
  public func has(_ key: String) -> Bool { value(key) != nil }

  /// An error about the value of a key.
  public func failure(
    _ key: String, _ code: ModelError.Code = .badValue, expected: String, found: String? = nil, hint: String? = nil
  ) -> ModelError {
    let place = path.isEmpty ? key : "\(path).\(key)"
    let found = found ?? value(key)?.kind ?? "nothing"
    return ModelError(
      code == .badValue && !has(key) ? .missing : code, file: file, path: place, expected: expected, found: found,
      hint: hint)
  }

  /// A whole number, nil where there is none.
  ///
  /// - Throws: `ModelError` for another value, or one out of the range.
  public func integer(
    optional key: String, in range: ClosedRange<Int> = 0...Int(Int32.max)
  ) throws(ModelError) -> Int? {
    guard let value = value(key) else { return nil }
    if case .integer(let number) = value, range ~= number { return number }
    if case .number(let number) = value, let whole = Int(exactly: number), range ~= whole { return whole }
    throw failure(key, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
  }

  /// A whole number.
  ///
  /// - Parameter standard: What holds where the file says nothing; without it, that is an error.
  /// - Throws: `ModelError`.
  public func integer(
    _ key: String, in range: ClosedRange<Int> = 0...Int(Int32.max), default standard: Int? = nil
  ) throws(ModelError) -> Int {
    if let number = try integer(optional: key, in: range) ?? standard { return number }
    throw failure(key, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
  }

  /// The size of an axis: a whole number from 1 to `most`, so that products of sizes stay within memory's numbers.
  ///
  /// - Throws: `ModelError`.
  public func size(_ key: String, most: Int = 1 << 20, default standard: Int? = nil) throws(ModelError) -> Int {
    try integer(key, in: 1...most, default: standard)
  }

  /// A finite number; nil where there is none.
  ///
  /// - Throws: `ModelError`.
  public func number(optional key: String) throws(ModelError) -> Double? {
    switch value(key) {
    case nil: return nil
    case .integer(let number): return Double(number)
    case .number(let number): return number
    default: throw failure(key, expected: "a number")
    }
  }

  /// A finite number.
  ///
  /// - Throws: `ModelError`.
  public func number(_ key: String, default standard: Double? = nil) throws(ModelError) -> Double {
    if let number = try number(optional: key) ?? standard { return number }
    throw failure(key, expected: "a number")
  }

  /// A number from 0 to 1, as the rate of a dropout.
  ///
  /// - Throws: `ModelError`.
  public func rate(_ key: String, default standard: Double = 0) throws(ModelError) -> Double {
    let rate = try number(key, default: standard)
    guard 0...1 ~= rate else { throw failure(key, expected: "a rate from 0 to 1") }
    return rate
  }

  /// A number above 0, as what is added to a variance.
  ///
  /// - Throws: `ModelError`.
  public func positive(_ key: String, default standard: Double? = nil) throws(ModelError) -> Double {
    let number = try number(key, default: standard)
    guard number > 0 else { throw failure(key, expected: "a number above 0") }
    return number
  }

  /// True or false.
  ///
  /// - Throws: `ModelError`.
  public func flag(_ key: String, default standard: Bool? = nil) throws(ModelError) -> Bool {
    switch value(key) {
    case .boolean(let flag): return flag
    case nil: if let standard { return standard }
    default: break
    }
    throw failure(key, expected: "true or false")
  }
}

extension ModelConfiguration {
  /// A text; nil where there is none.
  ///
  /// - Throws: `ModelError`.
  public func text(optional key: String) throws(ModelError) -> String? {
    switch value(key) {
    case nil: return nil
    case .text(let text): return text
    default: throw failure(key, expected: "a text")
    }
  }

  /// A text.
  ///
  /// - Throws: `ModelError`.
  public func text(_ key: String, default standard: String? = nil) throws(ModelError) -> String {
    if let text = try text(optional: key) ?? standard { return text }
    throw failure(key, expected: "a text")
  }

  /// What one of several words stands for.
  ///
  /// - Throws: `ModelError` with the list of words for any other.
  public func choice<Value>(
    _ key: String, of choices: [(String, Value)], default standard: String? = nil
  ) throws(ModelError) -> Value {
    let word = try text(key, default: standard)
    if let choice = choices.first(where: { $0.0 == word }) { return choice.1 }
    throw failure(
      key, .unsupported, expected: "one of \(choices.map(\.0).joined(separator: ", "))", found: "\"\(word)\"")
  }

  /// Whole numbers: those of an array, or one by itself; nil where there are none.
  ///
  /// - Throws: `ModelError`.
  public func integers(_ key: String) throws(ModelError) -> [Int]? {
    guard let value = value(key) else { return nil }
    if case .integer(let number) = value { return [number] }
    return try elements(value, key, "whole numbers") { if case .integer(let number) = $0 { number } else { nil } }
  }

  /// Numbers of an array; nil where there is none.
  ///
  /// - Throws: `ModelError`.
  public func numbers(_ key: String) throws(ModelError) -> [Double]? {
    guard let value = value(key) else { return nil }
    return try elements(value, key, "numbers") { value in
      switch value {
      case .integer(let number): Double(number)
      case .number(let number): number
      default: nil
      }
    }
  }

  /// Texts of an array, or one by itself; nil where there are none.
  ///
  /// - Throws: `ModelError`.
  public func texts(_ key: String) throws(ModelError) -> [String]? {
    guard let value = value(key) else { return nil }
    if case .text(let text) = value { return [text] }
    return try elements(value, key, "texts") { if case .text(let text) = $0 { text } else { nil } }
  }

  private func elements<Element>(
    _ value: ConfigValue, _ key: String, _ kind: String, _ element: (ConfigValue) -> Element?
  ) throws(ModelError) -> [Element] {
    guard case .array(let values) = value else { throw failure(key, expected: "an array of \(kind)") }
    let found = values.compactMap(element)
    guard found.count == values.count else {
      throw failure(key, expected: "an array of \(kind)", found: "one with other values")
    }
    return found
  }

  /// The settings under a key, as `text_config`; nil where there are none.
  ///
  /// - Throws: `ModelError` for what is no object.
  public func part(optional key: String) throws(ModelError) -> ModelConfiguration? {
    switch value(key) {
    case nil: return nil
    case .object(let entries):
      return ModelConfiguration(entries, file: file, path: path.isEmpty ? key : "\(path).\(key)")
    default: throw failure(key, expected: "an object of settings")
    }
  }

  /// The settings under a key.
  ///
  /// - Throws: `ModelError`.
  public func part(_ key: String) throws(ModelError) -> ModelConfiguration {
    if let part = try part(optional: key) { return part }
    throw failure(key, expected: "an object of settings")
  }

  /// The kind of the model: the file decides what it is, no class's name.
  ///
  /// - Throws: `ModelError` where it is not said.
  public var modelType: String { get throws(ModelError) { try text("model_type") } }
}

/// Something that a file says beside its tensors: of its metadata, or a number or text that stood among them.
public indirect enum FileValue: Hashable, Sendable {
  /// A text.
  case text(String)
  /// A whole number.
  case integer(Int)
  /// A whole number beyond `Int`.
  case unsigned(UInt64)
  /// A number.
  case number(Double)
  /// True or false.
  case truth(Bool)
  /// Several, as the tokens of a tokenizer.
  case list([FileValue])
  /// Nothing, as Python's `None`.
  case none

  /// The text, nil for anything else.
  public var text: String? { if case .text(let text) = self { text } else { nil } }

  /// The whole number, nil for anything else.
  public var integer: Int? { if case .integer(let number) = self { number } else { nil } }

  /// The number, whole or not; nil for anything else.
  public var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .unsigned(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }

  /// True or false, nil for anything else.
  public var truth: Bool? { if case .truth(let truth) = self { truth } else { nil } }

  /// The values of a list, nil for anything else.
  public var list: [FileValue]? { if case .list(let values) = self { values } else { nil } }

  /// A list of texts, nil for anything else.
  public var texts: [String]? {
    guard let list else { return nil }
    let texts = list.compactMap(\.text)
    return texts.count == list.count ? texts : nil
  }
}

extension FileValue: CustomStringConvertible {
  /// The value in a few words: of a long list the beginning and the count.
  public var description: String {
    switch self {
    case .text(let text): text
    case .integer(let number): "\(number)"
    case .unsigned(let number): "\(number)"
    case .number(let number): "\(number)"
    case .truth(let truth): "\(truth)"
    case .none: "none"
    case .list(let values):
      "[" + values.prefix(8).map(\.description).joined(separator: ", ")
        + (values.count > 8 ? ", ... \(values.count) in all]" : "]")
    }
  }
}

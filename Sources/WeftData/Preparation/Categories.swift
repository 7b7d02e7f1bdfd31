import WeftTensor

/// The distinct texts of a column, each with an index: what an embedding, a loss or one-hot vectors are given.
///
/// ```swift
/// let species = try table.categories("species")
/// let labels = try table.indices("species", in: species)      // [0, 2, 1, ...]
/// species[0]                                                  // "setosa"
/// ```
/// It can be saved beside the weights (`Codable`), so that a later program gives each text the same index.
public struct Categories: Hashable, Sendable, Codable {
  /// The texts in the order of their indices.
  public let names: [String]
  private let places: [String: Int]

  /// The distinct ones of these texts, sorted, so that the order of the rows does not matter.
  public init(_ texts: some Sequence<String>) { self.init(names: Set(texts).sorted()) }

  /// Texts in the order given, as a list of classes; of one given twice the first counts.
  public init(names: [String]) {
    var seen: Set<String> = []
    self.names = names.filter { seen.insert($0).inserted }
    places = Dictionary(uniqueKeysWithValues: self.names.enumerated().map { ($1, $0) })
  }

  /// The number of categories.
  public var count: Int { names.count }

  /// The text of an index. Misuse: an index that no category has.
  public subscript(index: Int) -> String {
    exists(index, of: count, "categories", operation: "Categories") ? names[index] : ""
  }

  /// The index of a text; nil where it is no category.
  public func index(of text: String) -> Int? { places[text] }

  /// Some of them, for a message.
  var shown: String {
    names.prefix(10).map { "\"\($0)\"" }.joined(separator: ", ") + (count > 10 ? " and \(count - 10) more" : "")
  }

  public init(from decoder: any Decoder) throws {
    self.init(names: try decoder.singleValueContainer().decode([String].self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(names)
  }
}

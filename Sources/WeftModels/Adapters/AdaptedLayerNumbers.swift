import WeftNN
import WeftText

/// The layers of a model that an adapter is for, by their numbers: PEFT's `layers_to_transform` and `layers_pattern`.
struct AdaptedLayerNumbers {
  private let numbers: [Int]
  /// Regular expressions of what stands before the number; none for anything.
  private let lists: [String]

  /// Nil where a file says nothing of layers.
  init?(_ settings: ModelConfiguration) throws(ModelError) {
    guard let numbers = try settings.integers("layers_to_transform"), !numbers.isEmpty else {
      // Without numbers, PEFT does not look at what stands before them.
      return nil
    }
    self.numbers = numbers
    var lists: [String] = []
    if case .text(let one)? = settings.value("layers_pattern") {
      lists = [one]
    } else {
      lists = try settings.texts("layers_pattern") ?? []
    }
    self.lists = lists.filter { !$0.isEmpty }
  }

  /// The layers of these numbers among targets: as one expression, which is how an adapter that is saved again says it.
  ///
  /// - Throws: `ModelError` for targets that are an expression already, which PEFT has no numbers beside.
  func within(_ targets: AdapterTargets, _ settings: ModelConfiguration) throws(ModelError) -> AdapterTargets {
    guard case .names(let names) = targets else {
      throw settings.failure(
        "layers_to_transform", .unsupported, expected: "names of modules in target_modules beside it",
        found: "an expression")
    }
    let ends = names.map(Self.escaped).joined(separator: "|")
    let number = numbers.map { "\($0)" }.joined(separator: "|")
    // The number is the last part of the name that is one, where nothing says what it stands behind.
    let place =
      lists.isEmpty
      ? #"[^.]*\.(?:\#(number))\.(?:[^.]*[^.0-9][^.]*\.)*"#
      : #"(?:\#(lists.joined(separator: "|")))\.(?:\#(number))\.(?:.*\.)?"#
    return .pattern(#"(?:\#(ends))|.*\.\#(place)(?:\#(ends))"#)
  }

  /// A text as an expression that matches it alone.
  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      let isPlain = scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      result += (isPlain ? "" : "\\") + String(scalar)
    }
  }
}

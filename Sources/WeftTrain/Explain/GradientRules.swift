import WeftTensor

/// What an operation computes and what its inputs' gradients are, as formulas in one line.
struct GradientRules {
  let result: String
  let gradients: [String]

  /// Formulas say their gradients themselves; the operations that write theirs have them in the tables beside this.
  static func of(_ call: Tracer.Call) -> GradientRules {
    if call.isOfElements, let letters = call.letters {
      let equations = call.gradientTexts(inputs: letters, result: "r", gradient: "g") ?? []
      let gradients = zip(letters, equations).compactMap { name, text in text.map { "∂L/∂\(name) = \($0)" } }
      return GradientRules(result: "r = \(call.equation)", gradients: gradients)
    }
    let written = GradientTable.formulas(call.name)
    return GradientRules(result: call.equation, gradients: written.isEmpty ? derived(call) : written)
  }

  /// Those of a formula along rows, whose letters its equation need not have: it says what they are.
  private static func derived(_ call: Tracer.Call) -> [String] {
    guard let letters = call.letters else { return [] }
    let names = letters.count == call.inputNames.count ? call.inputNames : letters
    let texts = call.gradientTexts(inputs: names, result: "y", gradient: "g") ?? []
    return zip(names, texts).compactMap { name, text in text.map { "∂L/∂\(name) = \($0)" } }
  }

  /// What a function of elements calls its inputs; nil for other operations.
  static func letters(of call: Tracer.Call) -> [String]? {
    call.isOfElements ? call.letters : nil
  }
}

/// The gradients that operations write themselves: g is the gradient of the result y, the other letters are those of the
/// operation's equation.
package enum GradientTable {
  /// The operations that are in it.
  package static var names: Set<String> { Set(all.keys) }

  /// Those of an operation, one for each input that gets one; none for another operation.
  package static func formulas(_ name: String) -> [String] { all[name] ?? [] }

  private static let all = [
    products, losses, normalizations, reductions, indexing, shapes, matrices, sequences, spatial,
  ]
  .reduce(into: [String: [String]]()) { $0.merge($1) { first, _ in first } }
}

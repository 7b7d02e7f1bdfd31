/// A parsed equation of `einsum`: for each operand, and for the result, the axes by label. Letters are labels of their
/// own; the axes that an ellipsis stands for get labels by their place from the last one.
struct EinsumEquation {
  struct Label: Hashable, Comparable {
    /// 0... from the last axis of the ellipsis for its axes, else the letter's code.
    let number: Int
    let isLetter: Bool

    /// The order of results without an arrow: the ellipsis first, then letters, capitals before the others.
    static func < (a: Label, b: Label) -> Bool {
      a.isLetter == b.isLetter ? (a.isLetter ? a.number < b.number : a.number > b.number) : !a.isLetter
    }
  }

  let operands: [[Label]]
  let result: [Label]
  /// The size of every label: those of size 1 stretch.
  let sizes: [Label: Int]

  init(_ text: String, _ specs: [TensorSpec]) throws(TensorError) {
    let parts = try Self.parts(text, specs)
    var (operands, sizes, width): ([[Label]], [Label: Int], Int) = ([], [:], 0)
    for (part, spec) in zip(parts.operands, specs) {
      let letters = part.filter { $0 != Self.ellipsis }.count
      let hasEllipsis = part.contains(Self.ellipsis)
      guard hasEllipsis ? letters <= spec.shape.rank : letters == spec.shape.rank else {
        throw Self.error(text, specs, "as many labels as axes", "\(letters) for \(spec.shape)")
      }
      width = hasEllipsis ? Swift.max(width, spec.shape.rank - letters) : width
      operands.append(Self.labels(part, ellipsis: spec.shape.rank - letters))
    }
    for (labels, spec) in zip(operands, specs) {
      for (axis, label) in labels.enumerated() {
        let (size, known) = (spec.shape[axis], sizes[label] ?? 1)
        guard size == known || size == 1 || known == 1 else {
          throw Self.error(text, specs, "one size for each label", "\(known) and \(size) for \(Self.name(label))")
        }
        sizes[label] = known == 1 ? size : known
      }
    }
    self.operands = operands
    self.sizes = sizes
    result = try Self.result(parts.result, operands, width, text, specs)
  }

  private static let ellipsis: Character = "…"

  private static func parts(
    _ text: String, _ specs: [TensorSpec]
  ) throws(TensorError) -> (operands: [[Character]], result: [Character]?) {
    let bare = text.filter { $0 != " " }
    var sides = [[Character]()]
    var rest = Array(bare)[...]
    while let first = rest.first {
      let step = rest.starts(with: "->") ? 2 : rest.starts(with: "...") ? 3 : 1
      if step == 2 { sides.append([]) } else { sides[sides.count - 1].append(step == 3 ? ellipsis : first) }
      rest = rest.dropFirst(step)
    }
    let operands = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    let isLabel = { (c: Character) in c == ellipsis || (c.isASCII && c.isLetter) }
    let isRight =
      sides.count <= 2
      && (operands + sides.dropFirst()).allSatisfy { part in
        part.allSatisfy(isLabel) && part.filter { $0 == ellipsis }.count <= 1
      }
    guard isRight, !bare.contains("…") else {
      throw error(
        text, specs, "letters for axes, with at most one `...` each, commas between operands and one `->`",
        "\"\(text)\"")
    }
    guard operands.count == specs.count, !specs.isEmpty else {
      throw error(text, specs, "one operand for each part of the equation", "\(specs.count) for \(operands.count)")
    }
    return (operands, sides.count == 2 ? sides[1] : nil)
  }

  private static func labels(_ part: [Character], ellipsis count: Int) -> [Label] {
    part.flatMap { character -> [Label] in
      if character == ellipsis {
        return (0..<Swift.max(count, 0)).reversed().map { Label(number: $0, isLetter: false) }
      }
      return [Label(number: Int(character.asciiValue ?? 0), isLetter: true)]
    }
  }

  private static func result(
    _ part: [Character]?, _ operands: [[Label]], _ width: Int, _ text: String, _ specs: [TensorSpec]
  ) throws(TensorError) -> [Label] {
    let all = operands.flatMap { $0 }
    guard let part else {
      let counts = Dictionary(grouping: all) { $0 }.mapValues(\.count)
      return counts.keys.filter { !$0.isLetter || counts[$0] == 1 }.sorted()
    }
    let result = labels(part, ellipsis: width)
    guard Set(result).count == result.count, result.allSatisfy(all.contains) else {
      throw error(text, specs, "a result of labels that operands have, each once", "\"\(String(part))\"")
    }
    return result
  }

  private static func name(_ label: Label) -> String {
    label.isLetter ? "`\(Character(UnicodeScalar(UInt8(label.number))))`" : "an axis of the ellipsis"
  }

  private static func error(
    _ text: String, _ specs: [TensorSpec], _ expected: String, _ got: String
  ) -> TensorError {
    TensorError(
      .shape, operation: "einsum", operands: specs.enumerated().map { ("operand \($0)", $1) }, expected: expected,
      got: got, hint: "the equation: \"\(text)\"")
  }
}

import WeftNN

/// The names of an optimizer's state in files: `weight.exp_avg` for its own `3.exp_avg`.
package struct OptimizerNames {
  private var names: [Int: String] = [:]
  private var numbers: [String: Int] = [:]

  package init(_ model: Module, _ optimizer: Optimizer) {
    let known = Dictionary(
      model.namedParameters().map { (ObjectIdentifier($0.parameter), $0.name) }, uniquingKeysWith: { first, _ in first }
    )
    for (number, parameter) in optimizer.parameters.enumerated() {
      guard let name = known[ObjectIdentifier(parameter)] else { continue }
      names[number] = name
      numbers[name] = number
    }
  }

  /// A parameter that is not the model's keeps its number, as does what belongs to none.
  func byParameter(_ entry: String) -> String {
    guard let dot = entry.firstIndex(of: "."), let number = Int(entry[..<dot]), let name = names[number] else {
      return entry
    }
    return "of." + name + entry[dot...]
  }

  package func byNumber(_ entry: String) -> String {
    guard entry.hasPrefix("of."), let dot = entry.lastIndex(of: "."),
      dot > entry.index(entry.startIndex, offsetBy: 2)
    else { return entry }
    let name = String(entry.dropFirst(3)[..<dot])
    return numbers[name].map { "\($0)" + entry[dot...] } ?? entry
  }
}

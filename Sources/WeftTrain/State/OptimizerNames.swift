import WeftNN

/// What parameters are called in files: by their names in the model, and those of further models with the part's before,
/// as `critic/0.weight`. One that several have is called as in the first.
package struct ParameterNames {
  /// All of them, in order.
  let all: [(name: String, parameter: Parameter)]

  init(_ model: Module?, _ parts: [(start: String, model: Module)] = []) {
    var all: [(name: String, parameter: Parameter)] = []
    var seen: Set<ObjectIdentifier> = []
    for (start, model) in (model.map { [("", $0)] } ?? []) + parts {
      for (name, parameter) in model.namedParameters() where seen.insert(ObjectIdentifier(parameter)).inserted {
        all.append((start + name, parameter))
      }
    }
    self.all = all
  }
}

/// The names of an optimizer's state in files: `of.weight.exp_avg` for its own `3.exp_avg`.
package struct OptimizerNames {
  private var names: [Int: String] = [:]
  private var numbers: [String: Int] = [:]

  package init(_ model: Module, _ optimizer: Optimizer) { self.init(ParameterNames(model), optimizer) }

  init(_ parameters: ParameterNames, _ optimizer: Optimizer) {
    let known = Dictionary(
      parameters.all.map { (ObjectIdentifier($0.parameter), $0.name) }, uniquingKeysWith: { first, _ in first })
    for (number, parameter) in optimizer.parameters.enumerated() {
      guard let name = known[ObjectIdentifier(parameter)] else { continue }
      names[number] = name
      numbers[name] = number
    }
  }

  /// A parameter that is no model's keeps its number, as does what belongs to none.
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

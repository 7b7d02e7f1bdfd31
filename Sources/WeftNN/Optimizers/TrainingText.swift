import WeftTensor

// What `print` shows of what a training holds beside its model.

extension Parameter: CustomStringConvertible {
  /// The name, the values, their type and shape, and whether it learns.
  public var description: String {
    let label = path.isEmpty ? name ?? "" : path
    let text = requiresGrad || isParametrized ? "" : ", frozen"
    return "Parameter(\(label.isEmpty ? "" : label + ": ")\(value)\(text))"
  }

  private var isParametrized: Bool { parametrization != nil }
}

extension Buffer: CustomStringConvertible {
  /// The name, where it has one of its own, the values, their type and shape.
  public var description: String { "Buffer(\(name.map { $0 + ": " } ?? "")\(value))" }
}

extension Optimizer: CustomStringConvertible {
  /// What `description` shows where a subclass says nothing else.
  var summary: String {
    let lines = groups.map { group in
      let settings =
        ["learningRate: \(group.learningRate)"] + settingsText(of: group)
        + (group.maximize ? ["maximize: true"] : [])
      return "  \(group.range.count) parameters, \(settings.joined(separator: ", "))"
    }
    return (["\(type(of: self)) after \(stepCount) steps"] + lines).joined(separator: "\n")
  }
}

extension ParameterGroup: CustomStringConvertible {
  /// How many parameters it has, and its learning rate.
  public var description: String { "ParameterGroup(\(range.count) parameters, learningRate: \(learningRate))" }
}

extension GradScaler: CustomStringConvertible {
  /// The present factor, and how it changes.
  public var description: String {
    "GradScaler(scale: \(scale), growthFactor: \(growthFactor), backoffFactor: \(backoffFactor), "
      + "growthInterval: \(growthInterval), goodSteps: \(goodSteps)\(isEnabled ? "" : ", enabled: false"))"
  }
}

extension WeightAverage: CustomStringConvertible {
  /// Of which model, by which rule, and how many were averaged.
  public var description: String {
    let way =
      switch rule {
      case .equal: "equal"
      case .exponential(let decay): "exponential(decay: \(decay))"
      case .custom: "custom"
      }
    return "WeightAverage(of: \(type(of: model)), by: \(way), count: \(count))"
  }
}

extension KeyValueCache: CustomStringConvertible {
  /// How many layers and positions it holds.
  public var description: String { "KeyValueCache(layers: \(layers.count), positionCount: \(positionCount))" }
}

extension AttentionCache: CustomStringConvertible {
  /// What it holds.
  public var description: String {
    guard let key, let value else { return "AttentionCache(empty\(isFixed ? ", fixed" : ""))" }
    return "AttentionCache(key: \(key.spec), value: \(value.spec)\(isFixed ? ", fixed" : ""))"
  }
}

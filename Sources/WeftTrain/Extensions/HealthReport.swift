import WeftTensor

/// What was seen in a step.
public struct HealthReport: Sendable, Hashable, Codable, CustomStringConvertible {
  /// A module with parameters of its own.
  public struct Layer: Sendable, Hashable, Codable {
    /// Its name in the model.
    public var name: String
    /// √Σw² of its parameters, before the update.
    public var weightNorm: Double
    /// √Σg² of their gradients, before clipping.
    public var gradientNorm: Double
    /// The norm of the update as a share of that of the weights: about 0.001 as a rule.
    public var updateRatio: Double
  }

  /// A module whose results are units that may be dead: the channels of a convolution before it, the features of a linear
  /// layer.
  public struct Units: Sendable, Hashable, Codable {
    /// Its name in the model.
    public var name: String
    /// How many units give the same for every sample of the batch, and so learn nothing.
    public var dead: Int
    /// How many units it has.
    public var count: Int
  }

  /// How many steps were taken, this one included.
  public var step: Int
  /// The layers, in the model's order.
  public var layers: [Layer]
  /// The activation functions, in the order of their calls. One that a module calls as a function, as `x.relu()`, is named
  /// by the module and the operation, as `encoder.relu`, its second call in a pass `encoder.relu 2`.
  public var units: [Units]

  /// √Σg² over all layers.
  public var gradientNorm: Double { layers.reduce(0) { $0 + $1.gradientNorm * $1.gradientNorm }.squareRoot() }

  /// A table.
  public var description: String {
    var table = TextTable(["layer", "weights", "gradients", "update/weights"], leftColumns: 1)
    for layer in layers {
      table.add(
        [layer.name.isEmpty ? "(model)" : layer.name]
          + [layer.weightNorm, layer.gradientNorm, layer.updateRatio].map { NumberText.significant($0) })
    }
    let dead = units.filter { $0.dead > 0 }.map { "\($0.name): \($0.dead) of \($0.count) units dead" }
    return (["step \(step)"] + table.lines + dead).joined(separator: "\n")
  }
}

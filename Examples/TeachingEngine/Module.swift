/// A weight: a leaf that stays the same one while its value changes. In Weft: `WeftNN/Module/Parameter.swift`.
package final class Parameter {
  package private(set) var tensor: Tensor
  var value: Tensor { didSet { tensor = value.with(source: tensor.source) } }
  init(_ value: Tensor) { (self.value, tensor) = (value, value.requiringGrad()) }
}

/// A part of a model, with parameters and modules in its stored properties. In Weft: `WeftNN/Module/Module.swift`.
package class Module {
  func forward(_ input: Tensor) -> Tensor { input }
  package func callAsFunction(_ input: Tensor) -> Tensor { forward(input) }
  /// Found by reflection, as in `Module/Reflection.swift`.
  package func parameters() -> [Parameter] {
    Mirror(reflecting: self).children.flatMap { _, value in
      if let parameter = value as? Parameter { return [parameter] }
      return (value as? [Module] ?? []).flatMap { $0.parameters() }
    }
  }
}

/// y = x·Wᵀ + b; weight [out, in], bias [out], both even within 1/√in at first. In Weft: `WeftNN/Layers/Linear.swift`.
final class Linear: Module {
  let (weight, bias): (Parameter, Parameter)
  init(_ inFeatures: Int, _ outFeatures: Int) {
    let bound = 1 / Double(inFeatures).squareRoot()
    let numbers = (0..<outFeatures * (inFeatures + 1)).map { _ in Double.random(in: -bound...bound) }
    weight = Parameter(Tensor(numbers.dropLast(outFeatures), shape: [outFeatures, inFeatures]))
    bias = Parameter(Tensor(numbers.suffix(outFeatures), shape: [outFeatures]))
  }
  override func forward(_ input: Tensor) -> Tensor { input.matmul(weight.tensor.transposed()) + bias.tensor }
}

/// Stochastic gradient descent, p ← p − lr·g. In Weft: `WeftNN/Optimizers/SGD.swift`; what all optimizers share is in
/// `Optimizer.swift`, and the update is a formula that runs over all parameters in one pass.
package final class SGD {
  private let (parameters, learningRate): ([Parameter], Double)
  package init(_ parameters: [Parameter], learningRate: Double) {
    (self.parameters, self.learningRate) = (parameters, learningRate)
  }
  package func step() {
    for parameter in parameters {
      if let gradient = parameter.tensor.grad { parameter.value = parameter.value - learningRate * gradient }
    }
  }
  package func zeroGrad() { for parameter in parameters { parameter.tensor.forgetGrad() } }
}

import WeftTensor

/// Makes a module's parameter out of others, each time it is used: what is learned are those, and files hold them, under
/// PyTorch's names (`parametrizations.weight.original0`).
///
/// Any module's parameter can have one: see `weightNormalized`, `spectrallyNormalized`.
public class Parametrization: Module, ParameterMaker {
  /// The parameter's value at present.
  func value() -> Tensor { preconditionFailure("a parametrization states its value") }

  /// Makes the value `tensor`, as near as the parametrization allows.
  func assign(_ tensor: Tensor) {}

  /// Is told the type that the parameters and buffers of the model now have.
  func didConvert(to dtype: DType) {}
}

extension Module {
  /// The parameter `name` made by `make` of its present value, from now on.
  func parametrize(_ name: String, _ operation: String, by make: (Parameter) -> Parametrization) {
    guard let parameter = parameter(named: name, parametrized: false, operation) else { return }
    parameter.parametrize(by: make(parameter))
    membersChanged()
  }

  /// Ends what `weightNormalized` or `spectrallyNormalized` began: the parameter is learned itself again, from its present
  /// value. An optimizer keeps the parameters it was made with: make it after such a change.
  @discardableResult
  public func removeParametrization(of name: String = "weight") -> Self {
    guard let parameter = parameter(named: name, parametrized: true, "removeParametrization") else { return self }
    parameter.parametrize(by: nil)
    membersChanged()
    return self
  }

  private func parameter(named name: String, parametrized: Bool, _ operation: String) -> Parameter? {
    // Parametrized or not; a cast unwraps optionals.
    let found = properties.lazy.compactMap { name, value in (value as? Parameter).map { ($0.name ?? name, $0) } }
      .first { $0.0 == name }
    guard let parameter = found?.1, (parameter.parametrization != nil) == parametrized else {
      let kind = parametrized ? "a parametrized parameter" : "a parameter that is not parametrized"
      report(
        TensorError(
          .value, operation: operation, expected: "\(kind) `\(name)` directly in \(type(of: self))",
          got: found == nil ? "none" : "one that is\(parametrized ? " not" : "")"))
      return nil
    }
    return parameter
  }
}

import WeftTensor

/// A tensor that a module learns: a leaf of every graph it is used in, with a gradient and a place to be updated.
public final class Parameter {
  /// The present value, a leaf that requires a gradient unless frozen; what a parametrization makes of other parameters
  /// (`Module.weightNormalized`); inside `functionalCall`, what was given for it.
  public var tensor: Tensor {
    let modes = Modes.current
    if let model = modes.firstCall, place.path == nil { reportStray(model, modes) }
    return modes.substitutes?[ObjectIdentifier(self)] ?? parametrization?.value() ?? own
  }
  @exclusivity(unchecked) private var own: Tensor
  /// What the value is made by, where it is not learned itself.
  @exclusivity(unchecked) private(set) var parametrization: Parametrization?
  /// The name in files where it is not the property's (`weight_ih_l0`).
  public let name: String?
  /// Where it stands in the model it was last used in, as in `encoder.layers.3.linear1.weight`; empty before.
  public var path: String { place.path ?? "" }
  let place = Place()

  public init(_ value: Tensor, name: String? = nil) {
    own = value.requiringGrad()
    self.name = name
  }

  /// The value. Setting one of the same shape keeps the parameter's identity: its gradient and optimizer state stay.
  public var value: Tensor {
    get { tensor.detach() }
    set {
      guard newValue.shape == shape else {
        return report(
          TensorError(
            .shape, operation: "Parameter", operands: [("value", newValue.spec)], expected: "shape \(shape)",
            got: "\(newValue.shape)"))
      }
      if let parametrization { return parametrization.assign(newValue.detach()) }
      own = newValue.converted(to: own.dtype).detach().asLeaf(of: own)
    }
  }

  /// Has the value made by `parametrization` from now on, or, with nil, is again a leaf of the present value.
  func parametrize(by parametrization: Parametrization?) {
    own =
      parametrization == nil
      ? value.requiringGrad() : Tensor(zeros: [], dtype: own.dtype).expanded(to: own.shape)
    self.parametrization = parametrization
  }

  /// The gradient accumulated since the last `zeroGrad`, if any.
  public var grad: Tensor? {
    get { own.grad }
    set { own.grad = newValue }
  }

  /// Whether it learns; false freezes it.
  public var requiresGrad: Bool {
    get { own.requiresGrad }
    set { own.requiresGrad = newValue }
  }

  /// What learns and is used by a model that does not hold it is named at the model's first call.
  private func reportStray(_ model: AnyObject, _ modes: Modes) {
    guard let model = model as? Module, modes.isRecording, requiresGrad else { return }
    // It may have been made in this call, and be held now.
    model.namePaths()
    if place.path == nil { report(.stray("a parameter of shape \(shape)", calledBy: model)) }
  }

  public var shape: Shape { own.shape }
  public var elementCount: Int { own.elementCount }

  /// Makes the value one of another floating-point type. A new leaf: the gradient is forgotten.
  func convert(to dtype: DType) {
    guard dtype != own.dtype else { return }
    let value = own.detach().converted(to: dtype)
    own = requiresGrad ? value.requiringGrad() : value
  }

  /// The value, in memory that nobody else sees and that may be written in place.
  package func uniqueValue() -> Tensor {
    own.makeUnique()
    return Tensor(view: own.view)
  }
}

/// A tensor that belongs to a module and its files but is not learned by gradients, as a running mean.
public final class Buffer {
  /// The present value; inside `functionalCall`, what was given for it, and nothing is written.
  public var value: Tensor {
    get { Modes.current.substitutes?[ObjectIdentifier(self)] ?? own }
    set {
      if Modes.current.substitutes?[ObjectIdentifier(self)] != nil { return }
      guard !newValue.isBatched else { return report(.batched("writing a buffer", newValue)) }
      own = newValue.plainValue  // it outlives the transform that runs now
    }
  }
  public let name: String?
  private var own: Tensor

  public init(_ value: Tensor, name: String? = nil) {
    own = value
    self.name = name
  }
}

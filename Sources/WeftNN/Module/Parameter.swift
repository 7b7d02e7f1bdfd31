@_spi(Locks) import WeftTensor

/// What a parameter knows of the model that it is used in.
protocol ParameterHolder: AnyObject {
  func parameters() -> [Parameter]
  /// Tells the modules and parameters inside where they stand.
  func namePaths()
}

/// What makes a parameter's value out of others, which are learned in its stead: a `Parametrization`.
protocol ParameterMaker: AnyObject {
  func value() -> Tensor
  /// Makes the value `tensor`, as near as it can.
  func assign(_ tensor: Tensor)
  func parameters() -> [Parameter]
}

/// A tensor that a module learns: a leaf of every graph it is used in, with a gradient and a place to be updated.
public final class Parameter {
  /// The present value, a leaf that requires a gradient unless frozen; what a parametrization makes of other parameters
  /// (`Module.weightNormalized`); inside `functionalCall`, what was given for it.
  public var tensor: Tensor {
    let modes = Modes.current
    if let model = modes.calledModel, place.path == nil { reportStray(model, modes) }
    if let given = modes.substitutes?[ObjectIdentifier(self)] { return given }
    if let parametrization { return parametrization.value() }
    modes.recorder?.willTake(self)
    return own
  }
  @exclusivity(unchecked) private var own: Tensor
  /// The leaf that the value is while it learns: its gradient and hooks outlast a time in which it does not.
  @exclusivity(unchecked) private var leaf: GradientSource?
  /// The hooks from before a parametrization, which come back when that is removed.
  @exclusivity(unchecked) private var former: HookList?
  /// What the value is made by, where it is not learned itself.
  @exclusivity(unchecked) private(set) var parametrization: (any ParameterMaker)?
  /// The name in files where it is not the property's (`weight_ih_l0`).
  public let name: String?
  /// Where it stands in the model it was last used in, as in `encoder.layers.3.linear1.weight`; empty before.
  public var path: String { place.path ?? "" }
  let place = Place()
  /// The model it was last used in.
  var model: (any ParameterHolder)? { place.model as? any ParameterHolder }

  /// - Parameter value: Misuse: one that is no floating-point tensor, or one of a batch inside `vmap`.
  public init(_ value: Tensor, name: String? = nil) {
    if value.isBatched { report(.batched("Parameter", value)) }
    own = value.plainValue.requiringGrad()
    leaf = own.source
    self.name = name
  }

  /// The value. Setting one keeps the parameter's identity, element type, gradient and optimizer state: it is converted to
  /// the parameter's type.
  ///
  /// Misuse: a value of another shape, or one of a batch inside `vmap`.
  public var value: Tensor {
    get { tensor.detached(by: Self.valueTaken) }
    set {
      guard newValue.shape == shape else {
        return report(
          TensorError(
            .shape, operation: "Parameter", operands: [("value", newValue.spec)], expected: "shape \(shape)",
            got: "\(newValue.shape)"))
      }
      if newValue.isBatched { return report(.batched("setting a parameter", newValue)) }
      if newValue.isInvalid { return }
      let plain = newValue.plainValue.with(source: nil)
      if let parametrization { return parametrization.assign(plain) }
      own = plain.converted(to: own.dtype).asLeaf(of: own).blocked(by: own.blockage)
      Modes.current.recorder?.didSet(self, to: own, "a parameter")
    }
  }

  static let beforeTheStep = "do it before the step"

  private static let valueTaken = Blockage(
    .other { "it was made from `value` of a parameter: `tensor` has its history" })

  /// Has the value made by `parametrization` from now on, or, with nil, is again a leaf of the present value.
  func parametrize(by parametrization: (any ParameterMaker)?) {
    Modes.current.recorder?.cannotRepeat("a parameter was parametrized", hint: Self.beforeTheStep)
    if let leaf { former = leaf.node.keptHooks }
    own =
      parametrization == nil
      ? value.requiringGrad() : Tensor(zeros: [], dtype: own.dtype).expanded(to: own.shape)
    leaf = own.source
    // A leaf again: with the hooks that it had before.
    if let leaf, let former, parametrization == nil {
      leaf.node.keptHooks = former
      self.former = nil
    }
    self.parametrization = parametrization
  }

  /// The gradient accumulated since the last `zeroGrad`, if any; one that a frozen parameter had is kept.
  ///
  /// Misuse: setting one of another shape or element type than the parameter's, or for one that is parametrized.
  public var grad: Tensor? {
    get { leaf?.gradient }
    set {
      if let leaf { return leaf.setGradient(newValue) }
      own.grad = newValue
    }
  }

  /// Forgets the gradient, and tells a recording.
  func forgetGradient(toldTo recorder: (any Witness)?) { leaf?.forgetGradient(toldTo: recorder) }

  /// Whether it learns; false freezes it. Its gradient and hooks stay.
  public var requiresGrad: Bool {
    get { own.requiresGrad }
    set {
      if newValue == own.requiresGrad { return }
      Modes.current.recorder?.cannotRepeat("a parameter was frozen or let go on", hint: Self.beforeTheStep)
      if !newValue {
        own = own.detached(by: Blockage(.other(FrozenParameter(self).reason)))
      } else if let leaf {
        own = own.with(source: leaf).blocked(by: nil)
      } else {
        own.requiresGrad = true
        leaf = own.source
      }
    }
  }

  /// What learns and is used by a model that does not hold it is named when it is first used.
  private func reportStray(_ model: AnyObject, _ modes: Modes) {
    guard let model = model as? any ParameterHolder, modes.isRecording, requiresGrad else { return }
    // It may have been made in this call, and be held now.
    model.namePaths()
    if place.path == nil { report(.stray("a parameter of shape \(shape)", calledBy: model)) }
  }

  /// The value's shape, which never changes.
  public var shape: Shape { own.shape }
  package var spec: TensorSpec { own.spec }
  /// The type of what a use takes, which takes nothing: a parametrization would compute it, and may go on by each use.
  var usedType: DType {
    if let given = Modes.current.substitutes?[ObjectIdentifier(self)] { return given.dtype }
    return parametrization?.parameters().first?.spec.dtype ?? own.dtype
  }
  /// How many numbers the value holds.
  public var elementCount: Int { own.elementCount }

  /// Makes the value one of another floating-point type. A new leaf: the gradient is forgotten, hooks stay.
  func convert(to dtype: DType) {
    guard dtype != own.dtype else { return }
    Modes.current.recorder?.cannotRepeat("a parameter was converted", hint: Self.beforeTheStep)
    let (blockage, isLearning) = (own.blockage, requiresGrad)
    let value = own.with(source: nil).converted(to: dtype)
    guard let before = leaf else { return own = value.blocked(by: blockage) }
    own = value.requiringGrad()
    leaf = own.source
    leaf?.node.keptHooks = before.node.keptHooks
    if !isLearning { own = own.with(source: nil).blocked(by: blockage) }
  }

  /// The value, in memory that nobody else sees and that may be written in place.
  package func uniqueValue() -> Tensor {
    own.makeUnique()
    return Tensor(view: own.view)
  }
}

// What a recorded step reads and writes.
extension Parameter: Cell {
  package var cellName: String { path.isEmpty ? name ?? "a parameter" : path }
  package var content: Tensor? { own.with(source: nil) }
  package func setContent(_ tensor: Tensor?) { if let tensor { value = tensor } }
  package func uniqueContent() -> Tensor? { uniqueValue() }

  /// Its gradient as a cell of its own, if it has a place for one.
  var gradientCell: GradientCell? { leaf.map { GradientCell($0, name: cellName + ".grad") } }

  /// What decides, beside the value, what a step does with it.
  struct Traits {
    let dtype: DType
    let requiresGrad: Bool
    let leaf: GradientSource?
    let parametrization: (any ParameterMaker)?
    let hasHooks: Bool
  }

  var traits: Traits {
    Traits(
      dtype: own.dtype, requiresGrad: own.requiresGrad, leaf: leaf, parametrization: parametrization,
      hasHooks: leaf?.hasHooks ?? false)
  }

  /// Whether it is what it was then.
  func still(has traits: Traits) -> Bool {
    own.dtype == traits.dtype && own.requiresGrad == traits.requiresGrad && leaf?.node === traits.leaf?.node
      && parametrization === traits.parametrization && (leaf?.hasHooks ?? false) == traits.hasHooks
  }

  var hasGradient: Bool { leaf?.gradient != nil }
}

/// A parameter that does not learn, as the reason for which a loss reaches none.
private final class FrozenParameter: @unchecked Sendable {
  // Unchecked: it is asked where the parameter's own model just ran, and only reads.
  private weak var parameter: Parameter?

  init(_ parameter: Parameter) { self.parameter = parameter }

  /// How many of the parameters of the model are frozen.
  @Sendable func reason() -> String {
    guard let parameter else { return "the parameter it was made from is frozen (`requiresGrad` is false)" }
    guard let model = parameter.model else {
      return
        "the parameter\(parameter.name.map { " `\($0)`" } ?? "") it was made from is frozen (`requiresGrad` is false)"
    }
    let all = model.parameters()
    let frozen = all.count { !$0.requiresGrad }
    let counts = "(\(frozen) of \(all.count); `unfreeze()` lets them learn)"
    return frozen == all.count
      ? "every parameter of \(type(of: model)) is frozen \(counts)"
      : "the parameters of \(type(of: model)) it was made from are frozen \(counts)"
  }
}

/// A tensor that belongs to a module and its files but is not learned by gradients, as a running mean.
public final class Buffer {
  /// The present value; inside `functionalCall`, what was given for it, and nothing is written. Nor is anything written
  /// where the backward pass runs the body of a `checkpoint` again.
  ///
  /// Misuse: setting a value of another shape or element type (`Module.convert(to:)` changes the type), or one of a batch
  /// inside `vmap`.
  public var value: Tensor {
    get {
      let modes = Modes.current
      if let given = modes.substitutes?[ObjectIdentifier(self)] { return given }
      modes.recorder?.willTake(self)
      return own
    }
    set {
      if isReadOnly || newValue.isInvalid { return }
      guard !newValue.isBatched else { return report(.batched("writing a buffer", newValue)) }
      guard newValue.fits(own.spec) else {
        return report(
          TensorError(
            newValue.shape == own.shape ? .dtype : .shape, operation: "Buffer",
            operands: [(name ?? "buffer", own.spec), ("value", newValue.spec)],
            expected: "a value of the buffer's shape and type, \(own.spec)", got: "\(newValue.spec)"))
      }
      own = newValue.plainValue.converted(to: own.dtype)  // it outlives the transform that runs now
      Modes.current.recorder?.didSet(self, to: own, "a buffer")
    }
  }
  /// The name in files where it is not the property's.
  public let name: String?
  private var own: Tensor
  private let changes = Guarded(())

  /// - Parameter value: Misuse: one of a batch inside `vmap`.
  public init(_ value: Tensor, name: String? = nil) {
    if value.isBatched { report(.batched("Buffer", value)) }
    own = value.plainValue.converted(to: value.dtype)  // a number of the program too has a type of its own
    self.name = name
  }

  /// What `functionalCall` gave for it.
  private var given: Tensor? { Modes.current.substitutes?[ObjectIdentifier(self)] }

  /// Whether nothing is written now.
  private var isReadOnly: Bool { given != nil || Modes.current.isRecomputing }

  /// Makes the value one of another element type.
  func convert(to dtype: DType) {
    Modes.current.recorder?.cannotRepeat("a buffer was converted", hint: Parameter.beforeTheStep)
    own = own.converted(to: dtype)
  }

  /// Runs `body`, in which a forward pass changes this buffer and those that change with it: several threads that call one
  /// model do so one after the other.
  func changing(_ body: () -> Void) { changes.withLock { _ in body() } }

  /// The value, in memory that nobody else sees and that may be written in place; nil where nothing is to be written.
  package func uniqueValue() -> Tensor? {
    if isReadOnly { return nil }
    own.makeUnique()
    return Tensor(view: own.view)
  }
}

extension Buffer: Cell {
  var spec: TensorSpec { own.spec }
  package var cellName: String { name ?? "a buffer" }
  package var content: Tensor? { own.with(source: nil) }
  package func setContent(_ tensor: Tensor?) { if let tensor { value = tensor } }
  package func uniqueContent() -> Tensor? { uniqueValue() }
}

// The heart of Weft. In reading order:
//
//   TensorOperation    what an operation states: its rule for shapes, its kernel, its gradient rule
//   Operands       what it takes, by name; the check of their number
//   Apply, Interpreter the door that every call passes, and what may stand behind it
//   Evaluator      running one: the checks, the kernel, the record in the graph
//   Node           the graph's vertex: what it holds, when it lets go, how a chain of any length is freed
//   Backward       the one walk over the graph, newest node first
//   BackwardCall, GradientTape, Transforms     the ways to ask for gradients; none of them walks by itself
//   Transformed, ForwardMode, Vmap, Batch      tensors that stand for a value with its tangent, or for a batch of values
//   Gradient       a tensor's side: leaves, `grad`, hooks
//   Modes          what holds for the code now running (recording, errors, the module), task-local
//   Blockage, Anomaly     why no gradient flows; where a value that is not finite arose
//   Checkpointing  operations that save nothing and are run again
//   Autocast       the type each operation computes in, with mixed precision
//   Sample, ReferenceArray, GradCheck     what the tests prove operations with

/// An operation on tensors: its rule for shapes and types, its kernel, its gradient, and samples that prove it.
///
/// An operation is a value. Its attributes (axes, strides, epsilon) are stored properties, named as the labels of its
/// tensor method are; it captures nothing, so it can be written to a file and read back. The same protocol serves
/// built-in and user-defined operations:
///
/// ```swift
/// struct Cube: TensorOperation {
///   static let name = "cube"
///   static let operands: Operands = ["x"]
///   func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { inputs }
///   func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { [inputs[0] * inputs[0] * inputs[0]] }
///   func saves(needs: [Bool]) -> Saves { .input(0) }
///   func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
///     [gradients[0].map { 3 * $0 * saved.input(0) * saved.input(0) }]
///   }
///   static let samples = [Sample(Cube(), .real([3]))]
/// }
/// let y = Cube().callAsFunction(x)
/// ```
public protocol TensorOperation: Hashable, Sendable, Codable {
  /// The name in messages, profiles and files, in camel case; no other operation has it. It stays what it is: one that is
  /// changed all the same goes to `formerNames`.
  static var name: String { get }

  /// Names that it had before, under which files may hold it.
  static var formerNames: [String] { get }

  /// The results as a formula of the inputs, in one line, for tables: `yᵢ = x₀ + … + xᵢ`.
  static var equation: String { get }

  /// The attributes that a call may leave out, by name, with what they are then. Those that are nil then need no mention.
  static var defaults: Attributes { get }

  /// What it takes, in order. A call with fewer or more inputs is refused before anything asks for one of them; only
  /// `apply` and what goes through it checks this, not whoever calls `outputs(for:)`, `saves` or `forward` by hand. Left
  /// out, it is as many nameless operands as the samples show, and one or more where there are none.
  static var operands: Operands { get }

  /// Why results carry no gradient, for operations that have none (`argmax`); nil for all others.
  static var whyNotDifferentiable: String? { get }

  /// The type to compute in inside `autocast`.
  static var autocastRule: AutocastRule { get }

  /// The shapes and types of the results: everything that can be wrong with the inputs is found here, before
  /// anything runs.
  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec]

  /// Computes the results, as many as `outputs(for:)` announced, of those shapes and types. Inputs carry no graph here,
  /// and what `forward` does is not recorded.
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor]

  /// What the gradient rule will ask `Saved` for, when gradients of the inputs marked in `needs` are wanted.
  func saves(needs: [Bool]) -> Saves

  /// The gradients of the inputs from those of the outputs, in tensor operations, so that they have derivatives
  /// themselves. A nil gradient is zero. Entries not marked in `needs` are ignored. Broadcast inputs may get the
  /// gradient of the broadcast shape: the engine sums it.
  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?]

  /// The tangents of the outputs along those of the inputs (forward mode: Jacobian times vector), in tensor operations,
  /// so that they have derivatives themselves. A nil tangent is zero; at least one is not nil, and only floating-point
  /// inputs have one. Give each output's tangent in the output's shape and type, nil where it is zero; or nil for all
  /// where the operation has no rule of its own: then the gradient rule is transposed, at about twice the cost.
  func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]?

  /// The results for a batch of inputs at once, for `vmap`: each with the batch along a new axis in front.
  func batched(_ batch: Batch) throws(TensorError) -> [Tensor]

  /// Why there is no rule for batches (a result whose size depends on the values); nil for all that have one.
  static var whyNotBatched: String? { get }

  /// The multiplications and additions of its products, each counted, for profiles; nil where they do not matter.
  func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int?

  /// Inputs that the generated tests feed this operation.
  static var samples: [Sample] { get }

  /// Inputs that this operation must refuse, with a piece of the message.
  static var refusals: [Refusal] { get }

  /// The results by definition, in plain loops over Double: what the tests compare with. Nil only where `testedBy`
  /// says what stands in for it.
  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]?

  /// For an operation without `reference` (a random one, a factorization that is unique only up to signs): the name of
  /// the test that proves its results.
  static var testedBy: String? { get }
}

extension TensorOperation {
  public static var formerNames: [String] { [] }
  public static var whyNotDifferentiable: String? { nil }
  public static var testedBy: String? { nil }
  public static var equation: String { "" }
  public static var defaults: Attributes { [:] }
  public static var operands: Operands { .shown(bySamplesOf: Self.self) }
  public static var whyNotBatched: String? { nil }
  public static var refusals: [Refusal] { [] }
  public static var autocastRule: AutocastRule { .asGiven }
  public func saves(needs: [Bool]) -> Saves { [] }
  /// No gradient: for operations that have none. The contract's tests fail any other that leaves this out.
  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] { needs.map { _ in nil } }
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? { nil }
  /// No rule: an error. The contract's tests fail an operation that leaves this out and gives no `whyNotBatched`.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { throw .notBatched(self) }
  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? { nil }
  public func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? { nil }

  /// Applies the operation, recording it if a gradient may be asked for.
  public func callAsFunction(_ inputs: Tensor...) -> Tensor {
    apply(self, inputs).first
      ?? .failed(TensorError(.value, operation: Self.name, expected: "an operation with a result", got: "none"))
  }
}

/// Attributes of operations by name.
public typealias Attributes = [String: any Codable & Sendable]

/// Inputs on which the generated tests try an operation.
public struct Sample: Sendable {
  /// The operation with the attributes to try.
  public let operation: any TensorOperation
  /// The inputs, in the operation's order.
  public let inputs: [SampleInput]

  /// An operation and its inputs.
  public init(_ operation: any TensorOperation, _ inputs: SampleInput...) {
    self.operation = operation
    self.inputs = inputs
  }

  /// The same for inputs that stand in an array.
  public init(_ operation: any TensorOperation, inputs: [SampleInput]) {
    self.operation = operation
    self.inputs = inputs
  }
}

/// Inputs that an operation must refuse with an error, before anything runs.
public struct Refusal: Sendable {
  /// The operation with the attributes to try.
  public let operation: any TensorOperation
  /// The inputs, in the operation's order.
  public let inputs: [SampleInput]
  /// What the error's text must hold.
  public let message: String

  /// - Parameter message: What the error's text must hold.
  public init(_ operation: any TensorOperation, _ inputs: SampleInput..., because message: String) {
    self.init(operation, inputs: inputs, because: message)
  }

  /// The same for inputs that stand in an array.
  public init(_ operation: any TensorOperation, inputs: [SampleInput], because message: String) {
    self.operation = operation
    self.inputs = inputs
    self.message = message
  }
}

/// What a gradient rule knows of the forward pass.
public struct Saved: Sendable {
  let inputs: [Tensor?]
  let outputs: [Tensor?]
  /// Shapes and types of all inputs and outputs, saved or not.
  public let inputSpecs: [TensorSpec]
  /// Shapes and types of all outputs, saved or not.
  public let outputSpecs: [TensorSpec]

  /// A saved input, connected to the graph it came from.
  ///
  /// Misuse: one that `saves(needs:)` did not name.
  public func input(_ index: Int) -> Tensor {
    inputs.indices.contains(index) ? inputs[index] ?? missing("input \(index)") : missing("input \(index)")
  }

  /// A saved output, connected to the graph, so that gradients of the gradient flow through it.
  ///
  /// Misuse: one that `saves(needs:)` did not name.
  public func output(_ index: Int) -> Tensor {
    outputs.indices.contains(index) ? outputs[index] ?? missing("output \(index)") : missing("output \(index)")
  }

  private func missing(_ what: String) -> Tensor {
    .failed(
      TensorError(
        .value, operation: "Saved", operands: inputSpecs.enumerated().map { ("input \($0)", $1) },
        expected: "a gradient rule that asks for what `saves(needs:)` named", got: "one that asks for \(what)"))
  }
}

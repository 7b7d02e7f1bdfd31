/// The book of a recorder: which elements of which memory stand in which slot.
///
/// All tensors that it met are held until it is closed, so that no memory is used for two of them.
struct Recording {
  /// Elements of memory, whatever graph or transform they are seen in.
  private struct Place: Hashable {
    let storage: ObjectIdentifier
    let offset: Int
    let shape: Shape
    let strides: AxisValues
    let dtype: DType

    init(_ tensor: Tensor) {
      storage = ObjectIdentifier(tensor.storage)
      (offset, shape, strides, dtype) = (tensor.offset, tensor.shape, tensor.strides, tensor.dtype)
    }
  }

  /// What a replay would not see; the first that was met.
  private(set) var obstacle: TensorError?
  private var slots: [TensorSpec] = []
  private var constants: [Program.Constant] = []
  private var steps: [Program.Step] = []
  private let inputs: [Int]
  /// The names of constants by their memory.
  private let names: [ObjectIdentifier: String]
  private var known: [Place: Int] = [:]
  private var held: [Tensor] = []
  /// The memory of what follows from the inputs.
  private var computed: Set<ObjectIdentifier>

  /// - Parameters:
  ///   - inputs: Tensors with memory of their own.
  ///   - names: The names of constants.
  init(_ inputs: [Tensor], names: [(String, Tensor)]) {
    self.inputs = Array(inputs.indices)
    self.names = Dictionary(names.map { (ObjectIdentifier($1.storage), $0) }) { first, _ in first }
    held = names.map(\.1)
    computed = Set(inputs.map { ObjectIdentifier($0.storage) })
    for input in inputs { _ = newSlot(for: input) }
  }

  mutating func add(_ call: Call, _ outputs: [Tensor]) {
    let inputs = call.inputs.map { Program.Reading(slot: slot(of: $0), spec: $0.spec) }
    if call.inputs.contains(where: isComputed) { computed.formUnion(outputs.map { ObjectIdentifier($0.storage) }) }
    let filled = outputs.map { newSlot(for: $0) }
    steps.append(
      Program.Step(operation: call.operation, inputs: inputs, outputs: filled, modulePath: call.modes.modulePath))
  }

  /// Keeps the first obstacle; those after it may be its consequences.
  mutating func meet(_ obstacle: TensorError) { if self.obstacle == nil { self.obstacle = obstacle } }

  /// Whether a tensor follows from the inputs.
  func isComputed(_ tensor: Tensor) -> Bool { computed.contains(ObjectIdentifier(tensor.storage)) }

  mutating func program(resultingIn results: [Tensor]) -> Program {
    let results = results.map { Program.Reading(slot: slot(of: $0), spec: $0.spec) }
    return Program(slots: slots, inputs: inputs, constants: constants, steps: steps, results: results)
  }

  /// The slot of a tensor; a new constant's if nobody knows it.
  private mutating func slot(of tensor: Tensor) -> Int {
    if let slot = known[Place(tensor)] { return slot }
    if isComputed(tensor) { meet(.past("a view of a computed tensor was made", tensor)) }
    let slot = newSlot(for: tensor)
    let name = names[ObjectIdentifier(tensor.storage)] ?? ""
    constants.append(Program.Constant(slot: slot, name: name, value: tensor.with(source: nil)))
    return slot
  }

  private mutating func newSlot(for tensor: Tensor) -> Int {
    known[Place(tensor)] = slots.count
    held.append(tensor)
    slots.append(tensor.spec)
    return slots.count - 1
  }
}

extension TensorError {
  /// Something that a replay would not do again.
  static func past(_ what: String, _ tensor: Tensor? = nil, hint: String = "") -> TensorError {
    TensorError(
      .unsupported, operation: "recording", operands: tensor.map { [("tensor", $0.spec)] } ?? [],
      expected: "a run that is the same for all inputs of these shapes, through operations alone", got: what, hint: hint
    )
  }
}

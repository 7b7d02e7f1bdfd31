import WeftNN
@_spi(Locks) import WeftTensor

/// An ONNX model for inputs of whatever shapes come, frozen for those that come again: what a server holds.
///
/// ```swift
/// let served = ServedONNXModel(model)
/// let scores = try served.run(["image": image])["scores"]?.tensor
/// ```
/// Inputs of shapes that are new run node by node. The second ones of the same shapes freeze the model for these, and
/// from then on it runs as one program. So many programs are kept as `limit` says; the one that was not used for the
/// longest time goes. A model that can be frozen only for one value of its switches (inputs that are one whole number
/// or truth value, as a sampling rate) is frozen for each that comes; one that cannot be frozen at all, as what depends
/// on other numbers of its inputs, always runs node by node.
///
/// Frozen results differ from the others by rounding. To be asked by one thread at a time, while nothing trains it.
public final class ServedONNXModel: @unchecked Sendable {
  // Unchecked: the model is read alone, and what is kept is behind a lock.

  /// The model.
  public let model: ONNXModel
  private let outputs: [String]
  private let limit: Int
  private let state = Guarded(ServedPrograms())

  /// What the inputs of a program have in common.
  fileprivate struct Key: Hashable {
    let specs: [String: TensorSpec]
    /// The values of switches, where programs are made for these.
    let switches: [String: Int]
  }

  /// What has to be known before a program is made.
  fileprivate enum Way { case shapes, switches, none }

  /// How many shapes are remembered that came once.
  fileprivate static let memory = 64
  /// What the weights of all programs together may take, each of which has its own; in bytes.
  private static let room = 2 << 30

  /// A model, frozen where that is of use.
  ///
  /// - Parameters:
  ///   - outputs: The results that are wanted; nil for all.
  ///   - limit: How many programs are kept; nil for 8, and fewer of a model whose weights are large.
  public init(_ model: ONNXModel, outputs: [String]? = nil, limit: Int? = nil) {
    self.model = model
    self.outputs = outputs ?? model.summary.outputs.map(\.name)
    let weight = max(1, model.parameters().reduce(0) { $0 + $1.spec.byteCount })
    self.limit = max(1, limit ?? min(8, Self.room / weight))
  }

  /// How many programs there are at present.
  public var programCount: Int { state.withLock { $0.programs.count } }

  /// The results by name.
  ///
  /// - Throws: `ONNXError` for inputs that do not fit, and for a node that fails; `TensorError` where a program fails.
  public func run(_ inputs: [String: Tensor]) throws -> [String: ONNXValue] {
    let way = state.withLock { $0.way }
    let key = Key(specs: inputs.mapValues(\.spec), switches: way == .switches ? Self.switches(inputs) : [:])
    if let program = state.withLock({ $0.use(key) }) { return try Self.run(program, inputs) }
    guard way != .none, state.withLock({ $0.once.contains(key) }) else {
      let results = try runPlain(inputs)
      state.withLock { $0.remember(key) }
      return results
    }
    let program: FrozenONNXModel
    do { program = try freeze(inputs, key) } catch {
      // What memory did not suffice for may be made another time. What cannot be run at all says nothing of programs.
      if error.isOfMemory { return try runPlain(inputs) }
      let results = try runPlain(inputs)
      state.withLock { $0.giveUp() }
      return results
    }
    state.withLock { $0.keep(key, program, limit) }
    return try Self.run(program, inputs)
  }

  private static func run(_ program: FrozenONNXModel, _ inputs: [String: Tensor]) throws -> [String: ONNXValue] {
    try program.run(inputs).mapValues(ONNXValue.tensor)
  }

  private func runPlain(_ inputs: [String: Tensor]) throws -> [String: ONNXValue] {
    try noGrad { try model.run(inputs, outputs: outputs) }
  }

  private func freeze(_ inputs: [String: Tensor], _ key: Key) throws -> FrozenONNXModel {
    let fixed = inputs.filter { key.switches[$0.key] != nil }
    return try model.frozen(
      for: [inputs.filter { key.switches[$0.key] == nil }], fixing: fixed, outputs: outputs)
  }

  /// The inputs that are one whole number or truth value.
  private static func switches(_ inputs: [String: Tensor]) -> [String: Int] {
    inputs.filter { $0.value.elementCount == 1 && !$0.value.dtype.isFloatingPoint }
      .mapValues { $0.converted(to: .int64).scalars(as: Int.self)[0] }
  }
}

/// The programs of a served model.
private struct ServedPrograms {
  var way = ServedONNXModel.Way.shapes
  /// Inputs that came once, the last at the end.
  private(set) var once: [ServedONNXModel.Key] = []
  /// The programs, the last used at the end.
  private(set) var programs: [(key: ServedONNXModel.Key, program: FrozenONNXModel)] = []

  /// The program for a key, which is the last used then.
  mutating func use(_ key: ServedONNXModel.Key) -> FrozenONNXModel? {
    guard let place = programs.lastIndex(where: { $0.key == key }) else { return nil }
    programs.append(programs.remove(at: place))
    return programs.last?.program
  }

  mutating func remember(_ key: ServedONNXModel.Key) {
    if once.count == ServedONNXModel.memory { once.removeFirst() }
    once.append(key)
  }

  mutating func keep(_ key: ServedONNXModel.Key, _ program: FrozenONNXModel, _ limit: Int) {
    once.removeAll { $0 == key }
    if programs.count >= limit { programs.removeFirst() }
    programs.append((key, program))
  }

  /// Goes on with the next way of freezing.
  mutating func giveUp() {
    way = way == .shapes ? .switches : .none
    once = []
  }
}

extension Error {
  /// Whether it says that memory did not suffice.
  package var isOfMemory: Bool {
    if let error = self as? TensorError { return error.code == .outOfMemory }
    return (self as? ONNXError)?.code == .outOfMemory
  }
}

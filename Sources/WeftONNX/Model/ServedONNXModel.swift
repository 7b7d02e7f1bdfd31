import WeftNN
@_spi(Locks) import WeftTensor

/// An ONNX model for inputs of whatever shapes come, frozen for those that come again: what a server holds.
///
/// ```swift
/// let served = ServedONNXModel(model)
/// let scores = try served.run(["image": image])["scores"]?.tensor
/// ```
/// Inputs of shapes that are new run node by node. The second ones of the same shapes freeze the model for these, and
/// from then on it runs as one program. So many programs are kept as `limit` says; where there are so many, a new one
/// is made only in the place of one that was not used for a while: more shapes in turn than there is room for are not
/// frozen over and over. A model that can be frozen only for one value of its switches (inputs that are one whole
/// number or truth value, as a sampling rate) is frozen for each that comes. Shapes for which it cannot be frozen at
/// all run node by node, and so does everything where that is so of several shapes and of none other.
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
  fileprivate enum Way: Int { case shapes, switches, none }

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

  /// How many programs were made so far, those that went among them.
  package var programsMade: Int { state.withLock { $0.made } }
  /// How many programs there are at present.
  public var programCount: Int { state.withLock { $0.count } }

  /// The results by name.
  ///
  /// - Throws: `ONNXError` for inputs that do not fit, and for a node that fails; `TensorError` where a program fails.
  public func run(_ inputs: [String: Tensor]) throws -> [String: ONNXValue] {
    let specs = inputs.mapValues(\.spec)
    let way = state.withLock { $0.way(of: specs) }
    let key = Key(specs: specs, switches: way == .switches ? Self.switches(inputs) : [:])
    if let program = state.withLock({ $0.use(key) }) { return try Self.run(program, inputs) }
    guard way != .none, state.withLock({ $0.mayFreeze(key, limit) }) else {
      let results = try runPlain(inputs)
      state.withLock { $0.remember(key) }
      return results
    }
    let program: FrozenONNXModel
    do { program = try freeze(inputs, key) } catch {
      // What memory did not suffice for may be made another time. What cannot be run at all says nothing of programs.
      if error.isOfMemory { return try runPlain(inputs) }
      let results = try runPlain(inputs)
      state.withLock { $0.giveUp(specs, after: way) }
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
  typealias Key = ServedONNXModel.Key
  /// How many requests a program is kept for that none of them used, where another wants its place.
  private static let patience = 32
  /// For how many shapes a model may refuse to be frozen before nobody asks any more, if it never was for any.
  private static let mostRefusals = 4

  private struct Kept {
    let key: Key
    let program: FrozenONNXModel
    /// The request that used it last.
    var request: Int
  }

  /// Inputs that came once, the last at the end.
  private var once: [Key] = []
  /// The programs, the last used at the end.
  private var kept: [Kept] = []
  /// The shapes that want another way than the first, the last found at the end.
  private var others: [(specs: [String: TensorSpec], way: ServedONNXModel.Way)] = []
  /// Whether there was a program that was made by shapes alone.
  private var isFrozenByShapes = false
  private var requests = 0

  /// How many programs were made.
  private(set) var made = 0

  var count: Int { kept.count }

  /// What has to be known for a program of inputs of these shapes.
  func way(of specs: [String: TensorSpec]) -> ServedONNXModel.Way {
    if let known = others.last(where: { $0.specs == specs }) { return known.way }
    if isFrozenByShapes || others.count < Self.mostRefusals { return .shapes }
    // All that were tried want more: the next ones are not asked for less than the easiest of them.
    return others.map(\.way).min { $0.rawValue < $1.rawValue } ?? .shapes
  }

  /// The program for a key, which is the last used then.
  mutating func use(_ key: Key) -> FrozenONNXModel? {
    requests += 1
    guard let place = kept.lastIndex(where: { $0.key == key }) else { return nil }
    var found = kept.remove(at: place)
    found.request = requests
    kept.append(found)
    return found.program
  }

  /// Whether inputs came before, and there is a place for a program of theirs.
  func mayFreeze(_ key: Key, _ limit: Int) -> Bool {
    guard once.contains(key) else { return false }
    guard kept.count >= limit, let oldest = kept.first else { return true }
    return requests - oldest.request > Self.patience
  }

  mutating func remember(_ key: Key) {
    once.removeAll { $0 == key }
    if once.count == ServedONNXModel.memory { once.removeFirst() }
    once.append(key)
  }

  mutating func keep(_ key: Key, _ program: FrozenONNXModel, _ limit: Int) {
    once.removeAll { $0 == key }
    if kept.count >= limit { kept.removeFirst() }
    kept.append(Kept(key: key, program: program, request: requests))
    made += 1
    if key.switches.isEmpty { isFrozenByShapes = true }
  }

  /// Goes on with the next way of freezing inputs of these shapes.
  mutating func giveUp(_ specs: [String: TensorSpec], after way: ServedONNXModel.Way) {
    others.removeAll { $0.specs == specs }
    if others.count == ServedONNXModel.memory { others.removeFirst() }
    others.append((specs, way == .shapes ? .switches : .none))
    once.removeAll { $0.specs == specs }
  }
}

extension Error {
  /// Whether it says that memory did not suffice.
  package var isOfMemory: Bool {
    if let error = self as? TensorError { return error.code == .outOfMemory }
    return (self as? ONNXError)?.code == .outOfMemory
  }
}

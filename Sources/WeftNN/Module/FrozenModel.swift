@_spi(Locks) import WeftTensor

/// A model as it was at one moment, ready to be asked by any number of tasks at once: what a server holds. Made by
/// `Module.frozen(forBatchesOf:)` and `Module.frozen(for:)`.
///
/// Its weights are those of that moment: the model may go on learning. Dropout is gone, batch normalizations are parts
/// of the convolutions before them (unless it is exact), what depends on weights alone is computed, and no call asks a
/// rule for shapes, makes a graph or visits a module. Swapping a server's model is swapping one reference.
public struct FrozenModel: Sendable {
  private let plans: Plans

  fileprivate init(_ plans: Plans) { self.plans = plans }

  /// The model's result for a batch, or for an input of a shape that it was frozen for.
  ///
  /// - Throws: `TensorError` for an input of another shape or type, and for what an operation refuses by the numbers,
  ///   as an index out of range.
  public func callAsFunction(_ input: Tensor) throws(TensorError) -> Tensor {
    guard let result = try run([input]).first else {
      throw TensorError(.unsupported, operation: "frozen", expected: "a model with a result", got: "one without")
    }
    return result
  }

  /// The results for batches, or for inputs of shapes that it was frozen for.
  ///
  /// - Throws: `TensorError` for inputs of other shapes or types, and for what an operation refuses by the numbers.
  public func run(_ inputs: [Tensor]) throws(TensorError) -> [Tensor] { try plans.plan(for: inputs).run(inputs) }

  /// The inputs of one example where it takes batches of any number of them; otherwise nil.
  package var exampleInputs: [TensorSpec]? { plans.batches?.inputSpecs }

  /// What was recorded for inputs like these.
  /// - Throws: `TensorError` for inputs of shapes or types that the model was not frozen for.
  public func program(for inputs: Tensor...) throws(TensorError) -> Program { try plans.program(for: inputs) }

  /// The same as it is run, with neighbouring formulas joined.
  package func plan(for inputs: Tensor...) throws(TensorError) -> Plan { try plans.plan(for: inputs) }
}

extension FrozenModel: CustomStringConvertible {
  /// A line: what it takes. Its operations are shown by `program(for:)`.
  public var description: String {
    if let inputs = exampleInputs {
      return "FrozenModel of batches like " + inputs.map { "\($0)" }.joined(separator: " and ")
    }
    let shapes = plans.fixedInputs.map { $0.map { "\($0)" }.joined(separator: " and ") }
    return "FrozenModel of inputs " + shapes.joined(separator: ", or ")
  }
}

extension FrozenModel: Codable {
  private enum CodingKeys: String, CodingKey { case programs, isExact, batches }

  /// Writes the model with its weights: a program that reads it needs no class of the model.
  ///
  /// ```swift
  /// try JSONEncoder().encode(served).write(to: url)
  /// let served = try JSONDecoder().decode(FrozenModel.self, from: Data(contentsOf: url))
  /// ```
  /// - Throws: `EncodingError` for an operation that is not the library's or has a formula of its own.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if let batches = plans.batches { return try container.encode(batches, forKey: .batches) }
    try container.encode(plans.programs, forKey: .programs)
    try container.encode(plans.isExact, forKey: .isExact)
  }

  /// Reads a model, whatever the file holds: nothing runs that is no operation of the library on tensors that fit it.
  /// - Throws: `DecodingError` for what is no frozen model.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let batches = try container.decodeIfPresent(BatchProgram.self, forKey: .batches) {
      self.init(Plans(batches))
      return
    }
    let programs = try container.decode([Program].self, forKey: .programs)
    let isExact = try container.decode(Bool.self, forKey: .isExact)
    do { self.init(try Plans(programs, isExact: isExact)) } catch {
      throw DecodingError.dataCorruptedError(forKey: .programs, in: container, debugDescription: "\(error)")
    }
  }
}

/// The plans of a frozen model.
private final class Plans: Sendable {
  /// How many plans are kept for batches of sizes that come up; the one that was not used for the longest time goes.
  private static let limit = 16

  let programs: [Program]
  let isExact: Bool
  let batches: BatchProgram?
  private let fixed: [Plan]
  /// Plans of batches, the last used at the end.
  private let made = Guarded<[(size: Int, plan: Plan)]>([])

  /// For each of some shapes.
  init(_ programs: [Program], isExact: Bool) throws(TensorError) {
    self.programs = programs
    var plans: [Plan] = []
    for program in programs { plans.append(try Plan(program, isExact: isExact)) }
    (fixed, batches, self.isExact) = (plans, nil, isExact)
  }

  /// For batches of any size.
  init(_ batches: BatchProgram) { (self.batches, programs, fixed, isExact) = (batches, [], [], false) }

  func plan(for inputs: [Tensor]) throws(TensorError) -> Plan {
    if let plan = fixed.first(where: { $0.fits(inputs) }) { return plan }
    guard let batches, let size = batches.size(of: inputs) else { throw misfit(inputs) }
    if let known = used(size) { return known }
    let plan = try Plan(batches.program(size: size))
    made.withLock { made in
      if made.contains(where: { $0.size == size }) { return }  // another task was faster
      if made.count == Self.limit { made.removeFirst() }
      made.append((size, plan))
    }
    return plan
  }

  private func used(_ size: Int) -> Plan? {
    made.withLock { made in
      guard let place = made.lastIndex(where: { $0.size == size }) else { return nil }
      if place < made.count - 1 { made.append(made.remove(at: place)) }
      return made.last?.plan
    }
  }

  func program(for inputs: [Tensor]) throws(TensorError) -> Program {
    if let place = fixed.firstIndex(where: { $0.fits(inputs) }) { return programs[place] }
    guard let batches, let size = batches.size(of: inputs) else { throw misfit(inputs) }
    return try batches.program(size: size)
  }

  /// The inputs of each shape that it was made for.
  var fixedInputs: [[TensorSpec]] { fixed.map(\.inputSpecs) }

  private func misfit(_ inputs: [Tensor]) -> TensorError {
    if let batches {
      return .misfit([batches.inputSpecs], inputs, addition: ", or any number of them along the first axis")
    }
    return .misfit(
      fixed.map(\.inputSpecs), inputs, hint: "`frozen(forBatchesOf:)` takes any number of examples at once")
  }
}

extension Module {
  /// This model as it is now, in evaluation, ready to be asked by any number of tasks at once, for batches of any size.
  ///
  /// ```swift
  /// let served = try model.frozen(forBatchesOf: example)    // [1, 1, 28, 28]
  /// let scores = try served(images)                      // from any task, one image or many
  /// ```
  /// The forward pass runs for batches of several sizes (1, 2, 3, 5 and 17) that are made of the example's rows, and is
  /// recorded: it must be the same for all inputs of a shape, and move with the size of the batch along lines. What it
  /// would decide otherwise at another size, 4 or 18, is not seen. No other thread may use the model meanwhile.
  ///
  /// - Parameters:
  ///   - example: A batch, which may be of one; numbers that could be real ones.
  ///   - isExact: Whether results are the model's to the bit. Otherwise batch normalizations become parts of the
  ///     convolutions and linear layers before them, which saves time; results then differ by rounding.
  /// - Throws: `TensorError` for a misuse in the forward pass, and where it depends on numbers it reads (`item()`,
  ///   sizes that depend on values), draws random numbers or changes what the model holds.
  public func frozen(forBatchesOf example: Tensor, isExact: Bool = false) throws -> FrozenModel {
    try frozen(forBatchesOf: [example], isExact: isExact) { [self($0[0])] }
  }

  /// The same for a forward pass of several inputs or results, each with the batch along its first axis.
  ///
  /// ```swift
  /// let served = try model.frozen(forBatchesOf: [tokens, mask]) { [model($0[0], attentionMask: $0[1]).states] }
  /// let states = try served.run([tokens, mask])[0]
  /// ```
  /// - Parameter forward: What is to be frozen: results from inputs. Other models that it uses are to be in evaluation.
  public func frozen(
    forBatchesOf example: [Tensor], isExact: Bool = false, _ forward: ([Tensor]) throws -> [Tensor]
  ) throws -> FrozenModel {
    try evaluating {
      let batches = try BatchProgram(recording: example, names: namedValues, isExact: isExact, forward)
      return FrozenModel(Plans(batches))
    }
  }

  /// This model as it is now, in evaluation, ready to be asked by any number of tasks at once, for inputs like the
  /// examples: of each one's shape and type.
  ///
  /// - Parameters:
  ///   - examples: An input of each shape and type that is to come; numbers that could be real ones.
  ///   - isExact: Whether results are the model's to the bit; see `frozen(forBatchesOf:isExact:)`.
  /// - Throws: `TensorError` for a misuse in the forward pass, and where it depends on numbers it reads (`item()`,
  ///   sizes that depend on values), draws random numbers or changes what the model holds.
  public func frozen(for examples: Tensor..., isExact: Bool = false) throws -> FrozenModel {
    try frozen(for: examples.map { [$0] }, isExact: isExact) { [self($0[0])] }
  }

  /// The same for a forward pass of several inputs or results.
  ///
  /// - Parameters:
  ///   - examples: The inputs of each combination of shapes and types that is to come.
  ///   - forward: What is to be frozen: results from inputs. Other models that it uses are to be in evaluation.
  public func frozen(
    for examples: [[Tensor]], isExact: Bool = false, _ forward: ([Tensor]) throws -> [Tensor]
  ) throws -> FrozenModel {
    guard !examples.isEmpty else {
      throw TensorError(.value, operation: "frozen", expected: "at least one example of inputs", got: "none")
    }
    return try evaluating {
      let programs = try examples.map { try Program(recording: $0, names: namedValues, forward) }
      return FrozenModel(try Plans(programs, isExact: isExact))
    }
  }

  package var namedValues: [(String, Tensor)] {
    namedParameters().map { ($0.name, $0.parameter.value) } + namedBuffers().map { ($0.name, $0.buffer.value) }
  }

  /// Runs `body` with this module and those inside in evaluation; each is then as it was.
  package func evaluating<Result>(_ body: () throws -> Result) rethrows -> Result {
    let training = namedModules().map(\.module).filter(\.isTraining)
    for module in training { module.setTraining(false) }
    defer { for module in training { module.setTraining(true) } }
    return try body()
  }
}

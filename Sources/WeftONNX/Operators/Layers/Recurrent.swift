import WeftTensor

extension Operator {
  /// Recurrent layers along a sequence.
  static let recurrent: [Operator] = [
    .several("RNN") { try run($0, .rnn) { RNNCell($0) } },
    .several("GRU") { try run($0, .gru) { GRUCell($0) } },
    .several("LSTM") { try lstm($0) },
  ]

  /// - Parameter rounded: What becomes of the input, and of each step's state, before weights multiply it.
  static func lstm(_ call: NodeCall, rounded: ((Tensor) -> Tensor)? = nil) throws -> [Tensor] {
    try run(call, .lstm, rounded) { LSTMCell($0) }
  }

  private static func run<Cell: RecurrentCell>(
    _ call: NodeCall, _ family: RecurrentFamily, _ rounded: ((Tensor) -> Tensor)? = nil,
    _ cell: (RecurrentSetting) -> Cell
  ) throws -> [Tensor] {
    let (gates, activations) = (family.order.count, family.activations)
    let isBatchFirst = try call.attributes.flag("layout")
    let given = try call.tensor(0)
    guard given.rank == 3 else { throw NodeFailure(expected: "[steps, batch, inputs]", got: "\(given.spec)") }
    let x = isBatchFirst ? given.transposed(0, 1) : given
    _ = try call.steps(of: x, axis: 0)
    let weights = try call.tensor(1)
    let directions = try call.attributes.text("direction", "forward")
    let count = directions == "bidirectional" ? 2 : 1
    guard weights.rank == 3, weights.shape[0] == count, weights.shape[1] % gates == 0 else {
      throw NodeFailure(expected: "weights [\(count), \(gates)·hidden, inputs]", got: "\(weights.spec)")
    }
    let hidden = weights.shape[1] / gates
    let functions = try RecurrentFunctions(call, activations, count)
    let lengths = try lengths(call, x)
    var outputs: [Tensor] = []
    var finals: [[Tensor]] = []
    for direction in 0..<count {
      let setting = try setting(call, direction, hidden: hidden, functions.of(direction))
      let isReversed = directions == "reverse" || direction == 1
      let cell = cell(setting)
      let starts = try starts(call, direction, cell.stateCount, x, hidden, isBatchFirst: isBatchFirst)
      let weight = weights.narrowed(axis: 0, from: direction, count: 1).squeezed(0)
      let made =
        try rounded == nil ? whole(call, family, direction, x, weight, setting, starts, isReversed: isReversed) : nil
      let found =
        made
        ?? walk(
          cell, projected(rounded?(x) ?? x, weight, setting.inputBias), starts, lengths, isReversed: isReversed, rounded
        )
      outputs.append(found.0)
      finals.append(found.1)
    }
    return joined(outputs, finals, isBatchFirst: isBatchFirst)
  }

  /// The outputs and last states of all directions.
  private static func joined(_ outputs: [Tensor], _ finals: [[Tensor]], isBatchFirst: Bool) -> [Tensor] {
    let y = stacked(outputs, axis: 1)
    let states = (finals.first ?? []).indices.map { place in stacked(finals.map { $0[place] }, axis: 0) }
    guard isBatchFirst else { return [y] + states }
    return [y.permuted([2, 0, 1, 3])] + states.map { $0.transposed(0, 1) }
  }

  /// How long each example is, where that is said.
  private static func lengths(_ call: NodeCall, _ x: Tensor) throws -> [Int]? {
    let lengths = try call.integers(4)
    if let lengths, lengths.count != x.shape[1] {
      throw NodeFailure(expected: "a length for each example", got: "\(lengths.count)")
    }
    return lengths
  }

  private static func projected(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) -> Tensor {
    let y = x.matmul(weight.transposed())
    return bias.map { y + $0 } ?? y
  }

  /// The states before the first step, those of a direction.
  private static func starts(
    _ call: NodeCall, _ direction: Int, _ count: Int, _ x: Tensor, _ hidden: Int, isBatchFirst: Bool
  ) throws -> [Tensor] {
    try (0..<count).map { place in
      guard let first = try call.tensorIfAny(5 + place) else {
        return Tensor(zeros: [x.shape[1], hidden], dtype: x.dtype)
      }
      let stated = isBatchFirst ? first.transposed(0, 1) : first
      return stated.narrowed(axis: 0, from: direction, count: 1).squeezed(0)
    }
  }

  /// A whole direction by Weft's own layer, where that does what the node asks for.
  private static func whole(
    _ call: NodeCall, _ family: RecurrentFamily, _ direction: Int, _ x: Tensor, _ weight: Tensor,
    _ setting: RecurrentSetting, _ starts: [Tensor], isReversed: Bool
  ) throws -> (Tensor, [Tensor])? {
    let isEven = try call.integers(4)?.allSatisfy { $0 >= x.shape[0] } ?? true
    guard isEven, setting.peepholes == nil, let kind = try family.kind(call, direction) else { return nil }
    let made = recurrentSequence(
      kind, x, weightIH: family.ordered(weight, setting.hidden),
      weightHH: family.ordered(setting.recurrence, setting.hidden),
      biases: [setting.inputBias, setting.stateBias].compactMap { $0.map { family.ordered($0, setting.hidden) } },
      states: starts, isReversed: isReversed)
    try checkTensorErrors()
    return (made.output, made.state)
  }

  /// All steps in order; past an example's length its states stay and its outputs are 0.
  private static func walk(
    _ cell: some RecurrentCell, _ x: Tensor, _ starts: [Tensor], _ lengths: [Int]?, isReversed: Bool,
    _ rounded: ((Tensor) -> Tensor)?
  ) -> (Tensor, [Tensor]) {
    let steps = x.shape[0]
    let uneven = lengths.flatMap { $0.allSatisfy { $0 >= steps } ? nil : Tensor($0).unsqueezed(1) }
    var states = starts
    var outputs: [Tensor] = []
    let inputs = x.unbound(axis: 0)
    for step in isReversed ? Array((0..<steps).reversed()) : Array(0..<steps) {
      let next = cell.step(inputs[step], rounded.map { [$0(states[0])] + states.dropFirst() } ?? states)
      if let uneven {
        let isThere = uneven .> step
        outputs.append(Tensor.where(isThere, next[0], next[0].zerosLike()))
        states = zip(next, states).map { Tensor.where(isThere, $0, $1) }
      } else {
        outputs.append(next[0])
        states = next
      }
    }
    let ordered = isReversed ? Array(outputs.reversed()) : outputs
    let empty = Tensor(zeros: Shape([0] + (starts.first?.shape.sizes ?? [])), dtype: x.dtype)
    return (ordered.isEmpty ? empty : stacked(ordered, axis: 0), states)
  }

  private static func setting(
    _ call: NodeCall, _ direction: Int, hidden: Int, _ activations: [@Sendable (Tensor) -> Tensor]
  ) throws -> RecurrentSetting {
    func row(_ place: Int) throws -> Tensor? {
      try call.tensorIfAny(place)?.narrowed(axis: 0, from: direction, count: 1).squeezed(0)
    }
    guard let recurrence = try row(2), recurrence.rank == 2, recurrence.shape[1] == hidden else {
      throw NodeFailure(expected: "recurrent weights [directions, gates·\(hidden), \(hidden)]", got: "others")
    }
    let bias = try row(3)?.chunked(2, axis: 0)
    return RecurrentSetting(
      recurrence: recurrence, inputBias: bias?.first, stateBias: bias?.last, peepholes: try row(7),
      activations: activations, hidden: hidden,
      linearBeforeReset: try call.attributes.flag("linear_before_reset"),
      couplesInput: try call.attributes.flag("input_forget"), clip: try call.attributes.float("clip"))
  }
}

/// The functions that a recurrent node names, for each of its directions.
private struct RecurrentFunctions {
  private let functions: [@Sendable (Tensor) -> Tensor]
  private let each: Int

  init(_ call: NodeCall, _ defaults: [String], _ directions: Int) throws {
    let names = try call.attributes.texts("activations") ?? Array(repeating: defaults, count: directions).flatMap { $0 }
    guard names.count == defaults.count * directions else {
      throw NodeFailure(expected: "\(defaults.count * directions) activations", got: "\(names)")
    }
    each = defaults.count
    var (alphas, betas) = (
      try call.attributes.floats("activation_alpha") ?? [], try call.attributes.floats("activation_beta") ?? []
    )
    functions = try names.map { try Self.function($0.lowercased(), &alphas, &betas) }
  }

  private static func function(
    _ name: String, _ alphas: inout [Double], _ betas: inout [Double]
  ) throws -> @Sendable (Tensor) -> Tensor {
    func next(_ values: inout [Double], _ fallback: Double) -> Double {
      values.isEmpty ? fallback : values.removeFirst()
    }
    switch name {
    case "tanh": return { $0.tanh() }
    case "sigmoid": return { $0.sigmoid() }
    case "relu": return { $0.relu() }
    case "softsign": return { $0.softsign() }
    case "softplus": return { $0.softplus(threshold: .infinity) }
    case "affine":
      let (alpha, beta) = (next(&alphas, 1), next(&betas, 0))
      return { $0 * alpha + beta }
    case "leakyrelu":
      let alpha = next(&alphas, 0.01)
      return { $0.leakyReLU(slope: alpha) }
    case "thresholdedrelu":
      let alpha = next(&alphas, 1)
      return { $0.threshold(alpha, value: 0) }
    case "elu":
      let alpha = next(&alphas, 1)
      return { $0.elu(alpha: alpha) }
    case "scaledtanh":
      let (alpha, beta) = (next(&alphas, 1), next(&betas, 1))
      return { ($0 * beta).tanh() * alpha }
    case "hardsigmoid":
      let (alpha, beta) = (next(&alphas, 0.2), next(&betas, 0.5))
      return { ($0 * alpha + beta).clamped(low: 0, high: 1) }
    default: throw NodeFailure(expected: "an activation of recurrent layers", got: name)
    }
  }

  func of(_ direction: Int) -> [@Sendable (Tensor) -> Tensor] {
    Array(functions[direction * each..<(direction + 1) * each])
  }
}

/// A kind of recurrent layer in the form of the file.
private struct RecurrentFamily {
  let activations: [String]
  /// Weft's gates by their place in the file.
  let order: [Int]
  private let kinds: [[String]: RecurrentKind]

  static let rnn = RecurrentFamily(activations: ["Tanh"], order: [0], kinds: [["tanh"]: .tanh, ["relu"]: .relu])
  static let gru = RecurrentFamily(
    activations: ["Sigmoid", "Tanh"], order: [1, 0, 2], kinds: [["sigmoid", "tanh"]: .gru])
  static let lstm = RecurrentFamily(
    activations: ["Sigmoid", "Tanh", "Tanh"], order: [0, 2, 3, 1], kinds: [["sigmoid", "tanh", "tanh"]: .lstm])

  /// Weft's layer along a whole sequence, where it does what the node asks for.
  func kind(_ call: NodeCall, _ direction: Int) throws -> RecurrentKind? {
    let named = try call.attributes.texts("activations") ?? activations + activations
    let own = named.dropFirst(direction * activations.count).prefix(activations.count).map { $0.lowercased() }
    guard let kind = kinds[own], try call.attributes.float("clip") == nil,
      try !call.attributes.flag("input_forget"), !call.has(7)
    else { return nil }
    return try kind == .gru && !call.attributes.flag("linear_before_reset") ? nil : kind
  }

  /// Rows of weights in Weft's order.
  func ordered(_ rows: Tensor, _ hidden: Int) -> Tensor {
    guard order.count > 1 else { return rows }
    return concatenated(order.map { rows.narrowed(axis: 0, from: $0 * hidden, count: hidden) }, axis: 0)
  }
}

/// Weights of one direction and how its steps are computed.
private struct RecurrentSetting {
  /// [gates·hidden, hidden]
  let recurrence: Tensor
  /// [gates·hidden] of the input and of the state; nil without.
  let inputBias: Tensor?
  let stateBias: Tensor?
  /// The LSTM's peepholes [3·hidden]; nil without.
  let peepholes: Tensor?
  let activations: [@Sendable (Tensor) -> Tensor]
  let hidden: Int
  let linearBeforeReset: Bool
  let couplesInput: Bool
  let clip: Double?

  func clipped(_ x: Tensor) -> Tensor { clip.map { x.clamped(low: -$0, high: $0) } ?? x }
}

/// One step: the projected input [batch, gates·hidden] and the states, to the new states. The first is the output.
private protocol RecurrentCell {
  init(_ setting: RecurrentSetting)
  var stateCount: Int { get }
  func step(_ x: Tensor, _ states: [Tensor]) -> [Tensor]
}

private struct RNNCell: RecurrentCell {
  let setting: RecurrentSetting
  init(_ setting: RecurrentSetting) { self.setting = setting }
  var stateCount: Int { 1 }

  func step(_ x: Tensor, _ states: [Tensor]) -> [Tensor] {
    var sum = x + states[0].matmul(setting.recurrence.transposed())
    if let bias = setting.stateBias { sum = sum + bias }
    return [setting.activations[0](setting.clipped(sum))]
  }
}

private struct GRUCell: RecurrentCell {
  let setting: RecurrentSetting
  init(_ setting: RecurrentSetting) { self.setting = setting }
  var stateCount: Int { 1 }

  func step(_ x: Tensor, _ states: [Tensor]) -> [Tensor] {
    let (hidden, f, g) = (setting.hidden, setting.activations[0], setting.activations[1])
    let state = states[0]
    func part(_ x: Tensor, _ gate: Int) -> Tensor { x.narrowed(axis: -1, from: gate * hidden, count: hidden) }
    func weight(_ gate: Int) -> Tensor {
      setting.recurrence.narrowed(axis: 0, from: gate * hidden, count: hidden).transposed()
    }
    func biased(_ sum: Tensor, _ gate: Int) -> Tensor { setting.stateBias.map { sum + part($0, gate) } ?? sum }
    let z = f(setting.clipped(part(x, 0) + biased(state.matmul(weight(0)), 0)))
    let r = f(setting.clipped(part(x, 1) + biased(state.matmul(weight(1)), 1)))
    let inner =
      setting.linearBeforeReset
      ? r * biased(state.matmul(weight(2)), 2) : biased((r * state).matmul(weight(2)), 2)
    let candidate = g(setting.clipped(part(x, 2) + inner))
    return [candidate - z * candidate + z * state]
  }
}

private struct LSTMCell: RecurrentCell {
  let setting: RecurrentSetting
  init(_ setting: RecurrentSetting) { self.setting = setting }
  var stateCount: Int { 2 }

  func step(_ x: Tensor, _ states: [Tensor]) -> [Tensor] {
    let hidden = setting.hidden
    let (f, g, h) = (setting.activations[0], setting.activations[1], setting.activations[2])
    let (state, cell) = (states[0], states[1])
    var sum = x + state.matmul(setting.recurrence.transposed())
    if let bias = setting.stateBias { sum = sum + bias }
    func part(_ x: Tensor, _ gate: Int) -> Tensor { x.narrowed(axis: -1, from: gate * hidden, count: hidden) }
    func peeped(_ gate: Int, _ peephole: Int, _ cell: Tensor) -> Tensor {
      let own = part(sum, gate)
      return setting.clipped(setting.peepholes.map { own + part($0, peephole) * cell } ?? own)
    }
    // The order of the file: input, output, forget, cell.
    let input = f(peeped(0, 0, cell))
    let forget = setting.couplesInput ? 1 - input : f(peeped(2, 2, cell))
    let next = forget * cell + input * g(setting.clipped(part(sum, 3)))
    return [f(peeped(1, 1, next)) * h(next), next]
  }
}

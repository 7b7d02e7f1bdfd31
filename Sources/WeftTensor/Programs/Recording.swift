/// The book of a recorder: which elements of which memory stand in which slot (`MetMemory`).
struct Recording {
  static let notGiven =
    "a replay changes what the recorded step was given: models, optimizers, scalers, averages"

  /// What a replay would not see; the first that was met.
  private(set) var obstacle: Obstacle?
  private var slots: [TensorSpec] = []
  private var constants: [Program.Constant] = []
  private var steps: [Program.Step] = []
  private var effects: [Program.Effect] = []
  private var draws = Draws()
  /// Where each cell's tensor is, and which cell's a tensor is.
  private var places: [ElementPlace?] = []
  private var cells: [ElementPlace: Int] = [:]
  /// What the run may change.
  let outside: Outside
  private let inputs: [Int]
  private let run: RunningRecordings.Run
  /// The names of constants by their memory.
  private let names: [ObjectIdentifier: (name: String, tensor: Tensor)]
  private var met = MetMemory()

  /// - Parameters:
  ///   - inputs: Tensors with memory of their own.
  ///   - names: The names of constants.
  ///   - outside: What the run may change.
  ///   - run: The run that is written down.
  init(
    _ inputs: [Tensor], names: [(String, Tensor)], outside: Outside = Outside(), of run: RunningRecordings.Run
  ) {
    self.run = run
    self.inputs = Array(inputs.indices)
    self.outside = outside
    self.names = Dictionary(names.map { (ObjectIdentifier($1.storage), ($0, $1)) }) { first, _ in first }
    for input in inputs {
      _ = newSlot(for: input)
      met.setComputed(input)
    }
    for cell in outside.cells.indices { look(at: cell) }
  }

  mutating func add(_ call: Call, _ outputs: [Tensor]) {
    let inputs = call.inputs.map { reading($0) }
    let (operation, draw) = draws.numbered(call.operation)
    if draw != nil || call.inputs.contains(where: isComputed) { for output in outputs { met.setComputed(output) } }
    let filled = outputs.map { newSlot(for: $0) }
    steps.append(
      Program.Step(
        operation: operation, inputs: inputs, outputs: filled, modulePath: call.modes.modulePath, draw: draw))
  }

  /// Lets go of memory that cannot be met again. What a cell held when it was last looked at stays: another thread may
  /// have put other memory there, and that is not to be at the same place.
  mutating func letGo() -> [Storage] { met.letGo { Set(places.compactMap { $0?.storage }) } }

  /// Keeps the first obstacle; those after it may be its consequences.
  ///
  /// - Parameter mayPass: Whether another run may be without it.
  mutating func meet(_ reason: TensorError, mayPass: Bool = false) {
    if obstacle == nil { obstacle = Obstacle(reason: reason, mayPass: mayPass) }
  }

  /// Whether a tensor follows from the inputs, or from what outlasts the run.
  func isComputed(_ tensor: Tensor) -> Bool { met.isComputed(tensor) }

  mutating func program(resultingIn results: [Tensor]) -> Program {
    let results = results.map { reading($0) }
    checkCells()
    if run.wasUsedElsewhere {
      meet(.past("another thread used a tensor of the step", hint: "a replay would not tell it"), mayPass: true)
    }
    if draws.areUnused {
      meet(.past("random numbers were drawn, and used by the program itself", hint: "a replay would not draw them"))
    }
    return Program(
      slots: slots, inputs: inputs, constants: constants, steps: steps, results: results, effects: effects,
      cells: outside.cells.map(\.cellName), acts: outside.acts.map(\.name), drawCount: draws.count)
  }

  private mutating func reading(_ tensor: Tensor, for cell: Int? = nil) -> Program.Reading {
    Program.Reading(slot: slot(of: tensor, for: cell), spec: tensor.spec)
  }

  /// The slot of a tensor; a new constant's if nobody knows it.
  ///
  /// - Parameter target: The cell that just got it, and is not where it comes from.
  private mutating func slot(of tensor: Tensor, for target: Int?) -> Int {
    if let slot = met.slot(of: tensor) { return slot }
    if let cell = cell(holding: tensor), cell != target { return slotReading(cell, tensor) }
    if isComputed(tensor) { meet(.past("a view of a computed tensor was made", tensor)) }
    let origin = tensor.storage.origin
    if origin.isStrange(to: run) {
      let what = "a tensor was used that another thread made meanwhile"
      meet(.past(what, tensor, hint: "compute it in the step's own, or before"), mayPass: true)
    }
    let slot = newSlot(for: tensor)
    let name = names[ObjectIdentifier(tensor.storage)]?.name ?? ""
    constants.append(
      Program.Constant(slot: slot, name: name, value: tensor.with(source: nil), isOfRun: origin.isOf(run)))
    return slot
  }

  private mutating func newSlot(for tensor: Tensor) -> Int {
    met.put(tensor, in: slots.count)
    slots.append(tensor.spec)
    return slots.count - 1
  }
}

// What a step of training does beside its operations.
extension Recording {
  /// The cell whose present tensor this is.
  func cell(holding tensor: Tensor) -> Int? {
    guard let cell = cells[ElementPlace(tensor)] else { return nil }
    return outside.cells[cell].content.map(ElementPlace.init) == ElementPlace(tensor) ? cell : nil
  }

  /// Whether a tensor stands in a slot, so that its memory says no more than that.
  func knows(_ tensor: Tensor) -> Bool { met.slot(of: tensor) != nil }

  /// Takes note of where a cell's tensor is now.
  private mutating func look(at cell: Int) {
    let place = outside.cells[cell].isNumber ? nil : outside.cells[cell].content.map(ElementPlace.init)
    if cell < places.count { places[cell] = place } else { places.append(place) }
    if let place { cells[place] = cell }
  }

  /// Meets a cell that somebody changed without a word, as another thread does.
  private mutating func checkCells() {
    for (cell, place) in zip(outside.cells, places)
    where !cell.isNumber && cell.content.map(ElementPlace.init) != place {
      return meet(
        .past("\(cell.cellName) was changed by what a recording does not see", hint: "do it in the step's own thread"),
        mayPass: true)
    }
  }

  /// Takes note of a stream that the run drew.
  mutating func draw(_ stream: RandomStream) { draws.add(stream) }

  /// Takes note of random numbers that the run put into a new tensor.
  mutating func fill(_ tensor: Tensor, _ distribution: RandomDistribution, _ stream: RandomStream) {
    guard let draw = draws.number(of: stream) else { return }  // a stream of the program's: always the same numbers
    add(.fill(slot: newSlot(for: tensor), distribution, draw: draw))
    met.setComputed(tensor)
  }

  /// A cell, or where it is a number of the program's that changes, this tensor of it, in a new slot.
  mutating func slotReading(_ cell: Int, _ tensor: Tensor) -> Int {
    let slot = newSlot(for: tensor)
    met.setComputed(tensor)
    add(.read(slot: slot, cell: cell))
    return slot
  }

  /// Takes note that a cell got a tensor.
  mutating func write(_ cell: Int, _ tensor: Tensor?) {
    add(.write(cell: cell, tensor.map { reading($0, for: cell) }))
    look(at: cell)
  }

  /// Takes note that a formula is about to write into tensors' memory.
  mutating func update(_ formula: Formula, _ parameters: [Double], _ item: MapItem) {
    // They may have got memory of their own just now.
    for cell in outside.cells.indices where !outside.cells[cell].isNumber { look(at: cell) }
    let cells = item.targets.compactMap(cell)
    guard cells.count == item.targets.count else {
      return meet(.past("a tensor's memory was changed", hint: "a replay would not change it"))
    }
    let operands = item.inputs.map { input -> Program.Effect.Update.Operand in
      if let cell = cell(holding: input), cells.contains(cell) { return .cell(cell) }
      return .slot(reading(input))
    }
    add(
      .update(Program.Effect.Update(formula: formula, parameters: parameters, operands: operands, cells: cells)))
    for target in item.targets { met.setComputed(target) }
  }

  /// Takes note of something that a library object is about to do.
  mutating func perform(_ act: Outside.Act) {
    if let stranger = act.objects.first(where: { !outside.contains($0) }) {
      meet(.past("there was \(act.name) of a \(type(of: stranger))", hint: Self.notGiven))
    }
    add(.perform(act: outside.acts.count))
    outside.acts.append(act)
  }

  /// Takes note of what cells hold after a library object did something.
  mutating func lookAtCells() { for cell in outside.cells.indices { look(at: cell) } }

  private mutating func add(_ kind: Program.Effect.Kind) {
    effects.append(Program.Effect(place: steps.count, kind: kind))
  }
}

/// What a recorded step finds outside itself: the cells that it may change, and what it had library objects do.
package final class Outside: @unchecked Sendable {
  // Unchecked: a recording runs in one task, and a step of training belongs to one.

  package struct Act {
    /// As in `a step of AdamW`.
    package let name: String
    /// What it is done with, all of which the step was given.
    package let objects: [AnyObject]
    package let run: () -> Void
  }

  package let cells: [any Cell]
  /// What else the step was given.
  private let objects: [AnyObject]
  package fileprivate(set) var acts: [Act] = []
  private let places: [ObjectIdentifier: Int]

  package init(_ cells: [any Cell] = [], objects: [AnyObject] = []) {
    (self.cells, self.objects) = (cells, objects)
    places = Dictionary(cells.enumerated().map { (ObjectIdentifier($1.cellObject), $0) }) { first, _ in first }
  }

  /// Gives each cell's tensor memory of its own, so that memory tells which cell was read: two gradients may share some,
  /// and a tensor that the step captured may have been a cell's.
  func separateCells(where isShared: (Tensor) -> Bool = { _ in true }) {
    for cell in cells where !cell.isNumber {
      if let content = cell.content, isShared(content) { cell.setContent(content.cloned()) }
    }
  }

  /// Whether the step was given this object.
  func contains(_ object: AnyObject) -> Bool { place(of: object) != nil || objects.contains { $0 === object } }

  /// The place of the cell that an object stands for.
  func place(of object: AnyObject) -> Int? { places[ObjectIdentifier(object)] }
}

/// The random streams that a run drew, by number.
private struct Draws {
  private var numbers: [RandomStream: Int] = [:]
  private var used: Set<Int> = []

  var count: Int { numbers.count }

  /// Whether the run took a stream for something that is neither an operation nor a random tensor.
  var areUnused: Bool { used.count < numbers.count }

  mutating func add(_ stream: RandomStream) { if numbers[stream] == nil { numbers[stream] = numbers.count } }

  mutating func number(of stream: RandomStream) -> Int? {
    guard let number = numbers[stream] else { return nil }
    used.insert(number)
    return number
  }

  /// An operation that draws from one of the streams, with the stream's number in place of the stream.
  mutating func numbered(_ operation: any TensorOperation) -> (any TensorOperation, Int?) {
    guard let random = operation as? any RandomOperation, let number = number(of: random.stream) else {
      return (operation, nil)
    }
    return (random.drawing(from: RandomStream(seed: 0, offset: UInt64(number))), number)
  }
}

/// Writes down what passes the door while a body runs, and is told what goes past it. See `Note: Programs`.
final class Recorder: Interpreter, Witness, RandomWitness {
  private let state: Guarded<Recording>
  /// Whether the run may change what it was given.
  private let isTraining: Bool
  /// The newest node when the run began.
  private let newest = Node.newest
  private let run: RunningRecordings.Run

  /// For a run that leaves nothing behind.
  ///
  /// - Parameters:
  ///   - inputs: Tensors with memory of their own.
  ///   - names: The names of constants.
  ///   - run: That of `RunningRecordings.run`.
  init(_ inputs: [Tensor], names: [(String, Tensor)], of run: RunningRecordings.Run) {
    state = Guarded(Recording(inputs, names: names, of: run))
    (isTraining, self.run) = (false, run)
  }

  /// For a step of training.
  ///
  /// - Parameters:
  ///   - inputs: Tensors with memory of their own.
  ///   - outside: What the step may change.
  ///   - run: That of `RunningRecordings.run`.
  init(_ inputs: [Tensor], changing outside: Outside, of run: RunningRecordings.Run) {
    state = Guarded(Recording(inputs, names: [], outside: outside, of: run))
    (isTraining, self.run) = (true, run)
  }

  /// What a kernel calls for itself is no part of the program.
  func interpret(_ call: Call) -> [Tensor] {
    if !isHere { return call.proceed() }
    let outputs = Modes.with({ $0.recorder = nil }) { call.proceed() }
    // Dropped outside the lock: freeing memory takes locks of its own.
    let dropped = state.withLock { state in
      state.add(call, outputs)
      return state.letGo()
    }
    _ = dropped
    return outputs
  }

  func willRead(_ tensor: Tensor, by reader: String, at place: CallSite?) {
    state.withLock { state in
      guard state.isComputed(tensor) || state.cell(holding: tensor) != nil else { return }
      let error = TensorError.past(
        "the numbers of a computed tensor were read (`\(reader)`)", tensor,
        hint: "what the program does with them would not be done again; `where`, `maximum` and masks decide for each "
          + "element")
      state.meet(place.map(error.at) ?? error)
    }
  }

  func willDraw(_ stream: RandomStream, fromOutside: Bool) {
    if !isHere { return }
    state.withLock { state in
      if isTraining {
        if fromOutside { state.draw(stream) }
      } else {
        state.meet(.past("random numbers were drawn", hint: "every run would draw the same ones again"))
      }
    }
  }

  func generatorWillBeUsed() {
    if !isHere { return }
    cannotRepeat(
      "the random generator was read or set", hint: "do it before the step, or use `Random.withGenerator`")
  }

  func didFill(_ tensor: Tensor, _ distribution: RandomDistribution, _ stream: RandomStream) {
    if isTraining { state.withLock { $0.fill(tensor, distribution, stream) } }
  }

  func cannotRepeat(_ what: String, hint: String) { state.withLock { $0.meet(.past(what, hint: hint)) } }

  func didSet(_ object: AnyObject, to tensor: Tensor?, _ what: String) {
    state.withLock { state in
      if let cell = state.outside.place(of: object) {
        state.write(cell, tensor)
      } else if let leaf = object as? Node, leaf.id > newest {
        // Nobody sees the gradient of a leaf that the run made, once it is over.
      } else {
        state.meet(.past("\(what) was changed", hint: isTraining ? Recording.notGiven : Self.leavesNothing))
      }
    }
  }

  func willUpdate(_ formula: Formula, _ parameters: [Double], _ items: [MapItem]) {
    state.withLock { state in
      if !isTraining { return state.meet(.past("a tensor's memory was changed", hint: Self.leavesNothing)) }
      for item in items { state.update(formula, parameters, item) }
    }
  }

  func perform(_ what: String, of objects: [AnyObject], _ body: @escaping () -> Void) {
    state.withLock { state in
      if isTraining {
        state.perform(Outside.Act(name: what, objects: objects, run: body))
      } else {
        state.meet(.past("there was \(what)", hint: Self.leavesNothing))
      }
    }
    Modes.with({
      $0.recorder = nil
      $0.autocast = nil
    }) {
      body()
      guard isTraining else { return }
      // It may have left things as they were, and do otherwise another time: what is read of them is read anew.
      state.withLock { $0.outside }.separateCells { tensor in state.withLock { $0.knows(tensor) } }
      state.withLock { $0.lookAtCells() }
    }
  }

  func willTake(_ object: AnyObject) {
    guard isTraining else { return }
    state.withLock { state in
      if state.outside.place(of: object) != nil { return }
      state.meet(.past("a \(type(of: object)) was used that the step was not given", hint: Recording.notGiven))
    }
  }

  func willUse(_ number: Tensor, of object: AnyObject) {
    state.withLock { state in
      if let cell = state.outside.place(of: object) {
        _ = state.slotReading(cell, number)
      } else {
        state.meet(.past("a number of \(type(of: object)) was used", hint: Recording.notGiven))
      }
    }
  }

  private static let leavesNothing = "a run that leaves nothing behind can be repeated"

  /// Runs `body` under the eyes of this recorder.
  func watch(_ body: () throws -> [Tensor]) throws -> [Tensor] {
    try Random.watched(by: self) {
      try Modes.with(
        {
          $0.recorder = self
          // One that has cast nothing yet: each run is to cast the weights itself.
          $0.autocast = $0.autocast.map { AutocastScope($0.dtype) }
        }, body)
    }
  }

  func program(resultingIn results: [Tensor]) throws(Obstacle) -> Program {
    let (program, obstacle) = state.withLock { state in
      let program = state.program(resultingIn: results)
      return (program, state.obstacle)
    }
    if let obstacle { throw obstacle }
    return program
  }

  var isHere: Bool { run.isHere }

  /// Lets go of what the run met.
  func close() { state.withLock { $0 = Recording([], names: [], of: run) } }
}

extension Program {
  /// Records what `body` does with `inputs`: runs it twice, the second time with other numbers of the same shapes, and
  /// makes sure that both runs are the same program; up to four times each, where other threads meet a run. Nothing is
  /// recorded for gradients.
  ///
  /// - Parameter inputs: Numbers that could be real ones. In the second run those of floating-point types are a little
  ///   nearer to 0.5, and all stand in the opposite order.
  /// - Throws: `TensorError` for a misuse of an operation, and where runs would differ: numbers of a computed tensor
  ///   were read (`item()`, sizes that depend on values), random numbers drawn, memory written, tensors made of the
  ///   inputs past the door. What `body` throws.
  public init(recording inputs: [Tensor], _ body: ([Tensor]) throws -> [Tensor]) throws {
    try self.init(recording: inputs, names: [], body)
  }

  /// - Parameter names: The names of constants.
  package init(recording inputs: [Tensor], names: [(String, Tensor)], _ body: ([Tensor]) throws -> [Tensor]) throws {
    if let stranger = inputs.first(where: { !$0.isPlain }) { throw TensorError.batched("recording", stranger) }
    let others = try withTensorErrors { noGrad { inputs.map { $0.withOtherNumbers() } } }
    let first = try Program(running: inputs, names, body)
    let second = try Program(running: others, names, body)
    if let difference = first.firstDifference(from: second) {
      throw TensorError.past("two runs with other numbers differ: \(difference)")
    }
    self = first
  }

  /// The program of one run, or of another where threads met by chance.
  init(running inputs: [Tensor], _ names: [(String, Tensor)], _ body: ([Tensor]) throws -> [Tensor]) throws {
    self = try withTensorErrors {
      for _ in 1..<Obstacle.chances {
        let outcome = try Program.run(inputs, names, body)
        if case .failure(let obstacle) = outcome, obstacle.mayPass { continue }
        return try outcome.mapError(\.reason).get()
      }
      return try Program.run(inputs, names, body).mapError(\.reason).get()
    }
  }

  private static func run(
    _ inputs: [Tensor], _ names: [(String, Tensor)], _ body: ([Tensor]) throws -> [Tensor]
  ) throws -> Result<Program, Obstacle> {
    try RunningRecordings.run { run in
      try noGrad {
        let inputs = inputs.map { $0.with(source: nil).inRowMajorOrder() }
        let recorder = Recorder(inputs, names: names, of: run)
        defer { recorder.close() }
        let results = try recorder.watch { try body(inputs) }
        try checkTensorErrors()
        return Result { () throws(Obstacle) in try recorder.program(resultingIn: results) }
      }
    }
  }
}

extension Program {
  /// What `body`, a step of training, does with `inputs`: an ordinary run that changes what it changes, with its results
  /// and the program, or why there is none.
  ///
  /// - Parameter outside: What the step may change; gets what library objects were asked to do.
  /// - Throws: What `body` throws, or the first misuse of an operation in it.
  package static func recording(
    step body: ([Tensor]) throws -> [Tensor], with inputs: [Tensor], changing outside: Outside
  ) throws -> (results: [Tensor], outcome: Result<Program, Obstacle>) {
    try withTensorErrors {
      outside.separateCells()
      return try RunningRecordings.run { run in
        let inputs = noGrad { inputs.map { $0.with(source: nil).cloned().counted(as: $0.spec) } }
        let recorder = Recorder(inputs, changing: outside, of: run)
        defer { recorder.close() }
        let results = try recorder.watch { try body(inputs) }
        try checkTensorErrors()
        return (results, Result { () throws(Obstacle) in try recorder.program(resultingIn: results) })
      }
    }
  }
}

extension Tensor {
  /// The same elements, in memory of their own, one after another.
  func inRowMajorOrder() -> Tensor {
    let copy = Tensor(uninitialized: spec)
    if elementCount > 0 { backend.map(Formulas.identity, [], [self], into: [copy]) }
    return copy.countedAs(spec)
  }

  /// Numbers that are as good an input as these: the same ones in the opposite order and, of a floating-point type, a
  /// little nearer to 0.5, so that shares stay shares.
  fileprivate func withOtherNumbers() -> Tensor {
    let turned = with(source: nil).reshaped(-1).flipped(axes: [0]).reshaped(to: shape)
    return (dtype.isFloatingPoint ? (turned * 0.875 + 0.0625).converted(to: dtype) : turned).counted(as: spec)
  }
}

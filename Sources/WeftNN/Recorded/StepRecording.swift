import WeftTensor

/// What is known of a step for batches of one shape, and one state of its parts.
struct StepRecording {
  enum Stage {
    case new
    case recordedOnce(Program, [ObjectIdentifier])
    case ready(StepPlan)
    case refused(TensorError)
  }

  let specs: [TensorSpec]
  private let casts: DType?
  private let state: PartState
  private(set) var stage = Stage.new
  /// What is replayed.
  private(set) var program: Program?

  init(of batch: [Tensor], _ parts: TrainingParts) {
    specs = batch.map(\.spec)
    casts = Modes.current.autocastType
    state = PartState(of: parts)
  }

  /// Whether it is of batches like this one, with gradients where there are some now.
  func fits(_ batch: [Tensor]) -> Bool {
    guard batch.count == specs.count, casts == Modes.current.autocastType else { return false }
    for place in specs.indices where batch[place].spec != specs[place] { return false }
    return state.hasSameGradients
  }

  /// Whether the parts are what they were when it was made.
  var isUnchanged: Bool { state.isUnchanged }

  /// Takes up the program of one more run, or why there is none.
  mutating func take(_ outcome: Result<Program, TensorError>, _ outside: Outside) {
    if let change = state.firstChange {
      stage = .refused(.changedByStep(change))
      return
    }
    let objects = outside.acts.map { ObjectIdentifier($0.object) }
    do throws(TensorError) {
      let program = try outcome.get()
      guard case .recordedOnce(let first, let objectsOfFirst) = stage else {
        stage = .recordedOnce(program, objects)
        return
      }
      if let difference = first.firstDifference(from: program) { throw .runsDiffer(difference) }
      guard objects == objectsOfFirst else { throw .runsDiffer("other optimizers took their steps") }
      stage = .ready(try StepPlan(program, changing: outside))
      self.program = program
    } catch {
      stage = .refused(error)
    }
  }
}

extension TensorError {
  fileprivate static func changedByStep(_ what: String) -> TensorError {
    TensorError(
      .unsupported, operation: "Recorded", expected: "a step after which modules store what they stored before",
      got: "one that changed \(what)", hint: "what changes from step to step is a `Buffer`")
  }

  fileprivate static func runsDiffer(_ difference: String) -> TensorError {
    TensorError(
      .unsupported, operation: "Recorded", expected: "the same operations for two batches of one shape",
      got: difference, hint: "hand in as a tensor what changes from step to step")
  }
}

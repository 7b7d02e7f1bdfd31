import WeftTensor

/// What is known of a step for batches of one shape, and one state of its parts.
struct StepRecording {
  enum Stage {
    case new
    case recordedOnce(Run)
    case ready(StepPlan, Run)
    case refused(TensorError)
  }

  /// A run as it was written down.
  struct Run {
    let program: Program
    /// What library objects were asked to do: held, so that no other object takes the place of one in memory.
    let acts: [Outside.Act]

    /// Where another run departs from it.
    func firstDifference(from other: Run) -> String? {
      if let difference = program.firstDifference(from: other.program) { return difference }
      let isSame = zip(acts, other.acts).allSatisfy { mine, its in
        mine.objects.count == its.objects.count && zip(mine.objects, its.objects).allSatisfy { $0 === $1 }
      }
      return isSame ? nil : "other objects in one run than in the other"
    }
  }

  let specs: [TensorSpec]
  /// Of those that do not lie row by row.
  private let strides: [AxisValues?]
  private let casts: DType?
  private let state: PartState
  private(set) var stage = Stage.new
  private var replays = 0
  /// The number of the next run that is recorded again, and compared.
  private var nextCheck = Self.firstCheck
  private static let firstCheck = 8
  /// How many more runs may be spoilt by what threads do at the same time.
  private var chances = Obstacle.chances

  init(of batch: [Tensor], _ parts: TrainingParts) {
    specs = batch.map(\.spec)
    strides = batch.map(Self.strides)
    casts = Modes.current.autocastType
    state = PartState(of: parts)
    if let obstacle = state.obstacle { stage = .refused(obstacle) }
  }

  /// Whether it is of batches like this one, with gradients where there are some now.
  func fits(_ batch: [Tensor]) -> Bool {
    guard batch.count == specs.count, casts == Modes.current.autocastType else { return false }
    for place in specs.indices where batch[place].spec != specs[place] { return false }
    for place in specs.indices where Self.strides(of: batch[place]) != strides[place] { return false }
    return state.hasSameGradients
  }

  private static func strides(of tensor: Tensor) -> AxisValues? { tensor.isContiguous ? nil : tensor.strides }

  /// Whether the parts are what they were when it was made.
  var isUnchanged: Bool { firstChange == nil }

  /// What of the parts is no longer what it was.
  var firstChange: String? { state.firstChange }

  /// What is replayed.
  var program: Program? { if case .ready(_, let recorded) = stage { recorded.program } else { nil } }

  /// The same as it is run.
  var plan: StepPlan? { if case .ready(let plan, _) = stage { plan } else { nil } }

  /// The plan to replay now; nil where the run is to be recorded. Now and then one is, though a plan is there: what nobody
  /// could see change from the first run to the second shows then.
  mutating func planForNextRun() -> StepPlan? {
    guard case .ready(let plan, _) = stage else { return nil }
    replays += 1
    return replays == nextCheck ? nil : plan
  }

  /// Takes up the program of one more run, or why there is none.
  mutating func take(_ outcome: Result<Program, Obstacle>, _ outside: Outside) {
    if let change = state.firstChange {
      stage = .refused(.changedByStep(change))
      return
    }
    switch outcome {
    case .success(let program): take(Run(program: program, acts: outside.acts), outside)
    case .failure(let obstacle) where obstacle.mayPass: tryAgain(.new, since: obstacle.reason)
    case .failure(let obstacle): stage = .refused(obstacle.reason)
    }
  }

  private mutating func take(_ run: Run, _ outside: Outside) {
    switch stage {
    case .new: stage = .recordedOnce(run)
    case .recordedOnce(let first):
      guard isSame(run, as: first) else { return }
      do throws(TensorError) {
        stage = .ready(try StepPlan(run.program, changing: outside), run)
      } catch {
        stage = .refused(error)
      }
    case .ready(_, let first): if isSame(run, as: first) { nextCheck *= 8 }
    case .refused: break
    }
  }

  private mutating func isSame(_ run: Run, as first: Run) -> Bool {
    if let difference = first.firstDifference(from: run) {
      stage = .refused(.runsDiffer(difference))
    } else if let exchange = first.program.firstExchange(with: run.program) {
      // Equal by chance perhaps, as the first of many that somebody makes beside the step.
      tryAgain(.recordedOnce(run), since: .runsDiffer("\(exchange), which is another tensor in each"))
    } else {
      return true
    }
    return false
  }

  /// Records again what threads spoilt that met, if there were not too many such runs.
  private mutating func tryAgain(_ next: Stage, since reason: TensorError) {
    chances -= 1
    stage = chances > 0 ? next : .refused(reason)
    (replays, nextCheck) = (0, Self.firstCheck)
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

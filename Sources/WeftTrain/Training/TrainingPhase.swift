/// What a training spends its time and memory on.
public enum TrainingPhase: String, Sendable, Hashable, CaseIterable {
  /// Waiting for batches.
  case loading
  /// Forward, backward and updates together.
  case steps
  /// The loss of a batch. Of this and the two that follow nothing is known of replayed steps.
  case forward
  /// The gradients, with what copies tell each other of them.
  case backward
  /// Clipping, the optimizer, averages.
  case update
  /// Measuring on validation data.
  case validation
  /// What extensions did: checkpoints, curves, progress.
  case extensions
}

/// The seconds that the parts of a training took, in this process.
public struct PhaseSeconds: Sendable, Hashable {
  /// Waiting for batches.
  public var loading = 0.0
  /// Forward, backward and updates, which follow one by one as far as steps were run as they stand.
  public var steps = 0.0
  /// The losses of batches.
  public var forward = 0.0
  /// The gradients.
  public var backward = 0.0
  /// Clipping, the optimizer, averages.
  public var update = 0.0
  /// Measuring on validation data.
  public var validation = 0.0
  /// What extensions did: checkpoints, curves, progress.
  public var extensions = 0.0

  /// All together.
  public var total: Double { loading + steps + validation + extensions }

  /// Those of one phase.
  public subscript(phase: TrainingPhase) -> Double {
    get { self[keyPath: Self.path(phase)] }
    set { self[keyPath: Self.path(phase)] = newValue }
  }

  private static func path(_ phase: TrainingPhase) -> WritableKeyPath<Self, Double> {
    switch phase {
    case .loading: \.loading
    case .steps: \.steps
    case .forward: \.forward
    case .backward: \.backward
    case .update: \.update
    case .validation: \.validation
    case .extensions: \.extensions
    }
  }

  /// What was added since `before`.
  package func since(_ before: Self) -> Self {
    var result = Self()
    for phase in TrainingPhase.allCases { result[phase] = self[phase] - before[phase] }
    return result
  }

  /// As in `loading 0.1 s, steps 3.2 s (forward 1 s, backward 1.8 s, update 0.4 s), validation 0.3 s, extensions 0.1 s`.
  package func text(_ number: (Double) -> String) -> String {
    func list(_ phases: [TrainingPhase]) -> String {
      phases.map { "\($0) \(number(self[$0]))" }.joined(separator: ", ")
    }
    let inner = forward + backward + update > 0 ? " (\(list([.forward, .backward, .update])))" : ""
    return list([.loading, .steps]) + inner + ", " + list([.validation, .extensions])
  }
}

/// The most bytes that the tensors of this process held while a part of a training ran; those of other threads, as batches
/// that are made ready, are among them. 0 for a part that did not run.
public struct PhaseMemory: Sendable, Hashable {
  private var bytes: [TrainingPhase: Int] = [:]

  /// Nothing yet.
  public init() {}

  /// Those of one phase.
  public subscript(phase: TrainingPhase) -> Int {
    get { bytes[phase] ?? 0 }
    set { bytes[phase] = newValue }
  }

  /// So many were held in a phase; those of a part of a step were held in the step, whoever else measures meanwhile.
  mutating func note(_ bytes: Int, in phase: TrainingPhase) {
    self[phase] = max(self[phase], bytes)
    if [.forward, .backward, .update].contains(phase) { self[.steps] = max(self[.steps], bytes) }
  }

  /// The most of all phases.
  public var most: Int { bytes.values.max() ?? 0 }
}

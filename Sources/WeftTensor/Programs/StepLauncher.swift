/// Decides when a step is launched (`Note: Launched steps`): from its third replay on, if it holds little memory.
final class StepLauncher {
  /// What all values of a step together may hold. Larger ones gain nothing, and each value has memory of its own.
  static let limit = 4 << 20
  /// How often a launched step may turn out to be another one before it is left alone.
  private var chances = 4
  /// The first replay finds what kernels keep from call to call.
  private var isFirst = true
  private(set) var launched: LaunchedStep?

  /// - Parameter byteCount: Of all values of the step together.
  init(byteCount: Int) {
    if byteCount > Self.limit { chances = 0 }
  }

  /// Runs a step as far as it can be launched.
  ///
  /// - Parameters:
  ///   - perform: Runs an item of the plan.
  ///   - note: Runs all items with their calls noted.
  /// - Returns: The item from which on the step is to be run one by one; nil where all of it was run.
  func launch(
    _ run: inout StepRun, perform: (Int, inout StepRun) -> Void, note: (inout StepRun, LaunchList) -> NotedRun
  ) -> Int? {
    guard chances > 0, run.modes.launchesKernels else { return 0 }
    if let launched {
      guard let item = launched.run(&run, perform: perform) else { return nil }
      self.launched = nil
      chances -= 1
      return item
    }
    guard !isFirst, let launches = LaunchList() else {
      isFirst = false
      return 0
    }
    let noted = note(&run, launches)
    if run.scope.hasFailed {
      chances -= 1
    } else {
      launched = noted.calls.contains { $0 != nil } ? LaunchedStep(noted, launches) : nil
      if launched == nil { chances = 0 }
    }
    return nil
  }
}

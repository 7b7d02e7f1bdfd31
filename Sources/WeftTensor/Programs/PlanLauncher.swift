/// Decides when a plan is launched (`Note: Launched plans`): from its third run on, if it holds little memory.
final class PlanLauncher: @unchecked Sendable {
  // Unchecked: one run has it at a time.

  /// What all values of a plan together may hold. Larger ones gain nothing, and each value has memory of its own.
  static let limit = 4 << 20
  /// How often a launched plan may turn out to be another one before it is left alone.
  private var chances = 4
  /// The first run finds what kernels keep from call to call.
  private var isFirst = true
  private var launched: LaunchedPlan?

  /// How many calls of kernels a run makes by themselves; 0 where it is not launched.
  var launchCount: Int { launched?.callCount ?? 0 }

  /// - Parameter byteCount: Of all values of a run together.
  init(byteCount: Int) {
    if byteCount > Self.limit { chances = 0 }
  }

  /// Runs a plan as far as it can be launched.
  ///
  /// - Parameters:
  ///   - perform: Runs an item of the plan.
  ///   - note: Runs all items with their calls noted.
  /// - Returns: The item from which on the plan is to be run one by one; nil where all of it was run.
  func launch(
    _ run: inout PlanRun, perform: (Int, inout PlanRun) -> Void, note: (inout PlanRun, LaunchList) -> NotedRun
  ) -> Int? {
    guard chances > 0, run.modes.launchesKernels else { return 0 }
    if let launched {
      guard let item = launched.run(&run, perform: perform) else { return nil }
      // An operation that refuses numbers is no reason to launch no more: whoever sends them would slow others down.
      if run.scope.hasFailed { return item }
      self.launched = nil
      chances -= 1
      return item
    }
    guard !isFirst, let launches = LaunchList() else {
      isFirst = false
      return 0
    }
    let noted = note(&run, launches)
    if run.scope.hasFailed { return nil }
    launched = noted.calls.contains { $0 != nil } ? LaunchedPlan(noted, launches) : nil
    if launched == nil { chances = 0 }
    return nil
  }
}

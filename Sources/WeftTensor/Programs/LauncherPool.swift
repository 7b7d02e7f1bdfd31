/// Launchers of a plan that any number of threads may run at once: each run has one to itself.
final class LauncherPool: Sendable {
  /// How many there are at most; runs beside so many others are made operation by operation.
  private static let limit = 4

  private struct State {
    var idle: [PlanLauncher] = []
    var count = 0
  }

  private let byteCount: Int
  private let state = Guarded(State())

  /// - Parameter byteCount: Of all values of a run together.
  init(byteCount: Int) { self.byteCount = byteCount }

  /// As `PlanLauncher.launch`.
  func launch(
    _ run: inout PlanRun, perform: (Int, inout PlanRun) -> Void, note: (inout PlanRun, LaunchList) -> NotedRun
  ) -> Int? {
    guard byteCount <= PlanLauncher.limit, let launcher = borrow() else { return 0 }
    defer { state.withLock { $0.idle.append(launcher) } }
    return launcher.launch(&run, perform: perform, note: note)
  }

  private func borrow() -> PlanLauncher? {
    state.withLock { state in
      if let idle = state.idle.popLast() { return idle }
      guard state.count < Self.limit else { return nil }
      state.count += 1
      return PlanLauncher(byteCount: byteCount)
    }
  }

  /// How many calls of kernels a run makes by themselves; 0 where it is not launched.
  var launchCount: Int { state.withLock { $0.idle.last?.launchCount ?? 0 } }
}

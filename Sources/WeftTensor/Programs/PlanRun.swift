/// What changes while a plan is run.
struct PlanRun {
  /// What stands in each slot.
  var values: [Tensor?]
  let modes = Modes.current
  let scope: ErrorScope
  /// Where the operation that failed was called.
  var failedModule: String?
  private var streams: [RandomStream] = []

  init(_ values: [Tensor?], _ scope: ErrorScope) { (self.values, self.scope) = (values, scope) }

  /// The stream with a number; all before it are taken first, in the order of the recorded run.
  mutating func stream(_ number: Int) -> RandomStream {
    while streams.count <= number { streams.append(Random.nextStream()) }
    return streams[number]
  }
}

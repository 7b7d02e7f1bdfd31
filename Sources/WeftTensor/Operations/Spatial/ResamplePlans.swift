/// What resampling an axis from one size to another is made of, both ways.
final class ResamplePlan: Sendable {
  let taps: ResampleTaps
  let sums: ResampleSums
  let adjointSums: ResampleSums

  init(_ rule: ResampleRule, from length: Int) {
    taps = ResampleTaps(rule, from: length)
    sums = ResampleSums(taps)
    adjointSums = ResampleSums(adjointOf: taps, length: length)
  }
}

/// The plans last used: finding the taps of a small image takes longer than summing them.
enum ResamplePlans {
  private struct Key: Hashable {
    let rule: ResampleRule
    let length: Int
  }

  /// How many are kept, and of how many elements at most.
  private static let capacity = 16
  private static let longest = 1 << 16

  private static let kept = Guarded<[(key: Key, plan: ResamplePlan)]>([])

  static func plan(of rule: ResampleRule, from length: Int) -> ResamplePlan {
    let key = Key(rule: rule, length: length)
    if let found = kept.withLock({ plans in plans.first { $0.key == key } }) { return found.plan }
    let plan = ResamplePlan(rule, from: length)
    guard Swift.max(length, rule.size) <= longest else { return plan }
    kept.withLock { plans in
      if plans.count == capacity { plans.removeFirst() }
      plans.append((key, plan))
    }
    return plan
  }
}

/// What is known of a run whose kernels' calls were noted.
struct NotedRun {
  /// The slots of an item of the plan.
  typealias Slots = (reading: [Int], filling: [Int])

  let items: [Slots]
  /// The calls of each item; nil for one that is to be run as it is.
  let calls: [Range<Int>?]
  /// What stood in each slot: everything was kept.
  let values: [Tensor?]
  let constants: [Int]
  let inputs: [Int]
  let results: [Int]
  /// The slots whose values somebody may keep.
  let escaping: Set<Int>
  /// The slots that cells were read into.
  let read: Set<Int>
}

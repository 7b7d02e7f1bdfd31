// Note: Launched plans
//
// A kernel of a small network takes less time than finding out what to call it with: shapes, strides, new memory,
// references counted. So a plan that holds little memory is run once with its kernels' calls noted (`LaunchList`), each
// value in memory of its own, and later runs make the calls again, a stretch of operations at once. Between them stands
// what a step of training does beside operations, as it always does it. A frozen model that several threads ask at once
// has one of these for each (`LauncherPool`).
//
// What a call reads and writes are addresses, and some move from run to run (`LaunchMemory` finds out which):
//
//   inner      a value that stays inside the plan: the same memory in each run, this object's
//   escaping   a result, a gradient, what an operation of the user's gets: somebody may keep it, so each run makes new
//              memory
//   outside    a batch, a parameter, what random streams gave, or an operation that cannot be noted
//
// Addresses of what moved are written into the calls before they are made. What lies otherwise than it did, and a
// condition that does not hold any more, end the launching: the values that are there become tensors, and the run goes on
// from there operation by operation, with the messages that those have.

/// A plan whose kernels are called again with nothing but the addresses of their operands.
final class LaunchedPlan {
  private enum Stretch {
    /// Noted calls, of one operation or several in a row.
    case calls(Range<Int>)
    /// Anything else of the plan: the slots that it reads, which tensors are made for, and those that it fills.
    case item(Int, reading: [Int], filling: [Int])
  }

  private let launches: LaunchList
  private let settings = KernelSettings.current
  private var memory: LaunchMemory
  private var stretches: [Stretch] = []
  /// The slots whose tensors nobody needs after each stretch.
  private var dying: [[Int]] = []
  /// The calls of each of the plan's items.
  private let calls: [Range<Int>?]
  private let lives: [SlotLife]
  private let inputs: [Int]
  private let results: [Int]

  /// Nil where the run that was noted cannot be launched.
  init?(_ noted: NotedRun, _ launches: LaunchList) {
    guard let memory = LaunchMemory(noted, launches) else { return nil }
    (self.launches, self.memory) = (launches, memory)
    (calls, inputs, results) = (noted.calls, noted.inputs, noted.results)
    lives = memory.lives(noted)
    var deaths = Array(repeating: [Int](), count: noted.items.count)
    for (slot, life) in lives.enumerated() where deaths.indices.contains(life.last) { deaths[life.last].append(slot) }
    for (item, slots) in noted.items.enumerated() {
      if let range = noted.calls[item] {
        if case .calls(let before) = stretches.last {
          stretches[stretches.count - 1] = .calls(before.lowerBound..<range.upperBound)
          dying[dying.count - 1] += deaths[item]
          continue
        }
        stretches.append(.calls(range))
      } else {
        stretches.append(.item(item, reading: slots.reading.filter(memory.isMade), filling: slots.filling))
      }
      dying.append(deaths[item])
    }
  }

  /// How many calls a run makes.
  var callCount: Int { launches.count }

  /// Runs the plan on the inputs among the run's values.
  ///
  /// - Parameter perform: Runs an item of the plan.
  /// - Returns: The item of the plan from which on it is to go on one by one; nil where all of it was run, and the results
  ///   are among the values.
  func run(_ run: inout PlanRun, perform: (Int, inout PlanRun) -> Void) -> Int? {
    guard settings == .current, inputs.allSatisfy({ memory.settle($0, run.values[$0]) }) else { return 0 }
    memory.makeEscaping()
    defer { memory.letGo() }
    for place in stretches.indices {
      switch stretches[place] {
      case .calls(let range):
        if let stop = launches.run(range) { return leave(at: item(of: stop), &run) }
      case .item(let item, let reading, let filling):
        for slot in reading { run.values[slot] = memory.tensor(slot, run.values) }
        perform(item, &run)
        let isSettled = filling.allSatisfy { memory.settle($0, run.values[$0]) }
        if !isSettled || run.scope.hasFailed { return leave(at: item + 1, &run) }
      }
      for slot in dying[place] { run.values[slot] = nil }
    }
    for slot in results where run.values[slot] == nil { run.values[slot] = memory.tensor(slot, run.values) }
    return nil
  }

  /// The item that a call belongs to.
  private func item(of call: Int) -> Int { calls.firstIndex { $0?.contains(call) ?? false } ?? 0 }

  /// Makes tensors of all that later items read.
  private func leave(at item: Int, _ run: inout PlanRun) -> Int {
    for (slot, life) in lives.enumerated() where memory.isMade(slot) && life.first < item && life.last >= item {
      run.values[slot] = memory.tensor(slot, run.values)
    }
    return item
  }
}

// Which neighbouring steps of a program are computed as one. An operation whose results are read by nobody but steps that
// are joined already does its work where they do theirs: its results are never in memory.

extension Program {
  /// What is run in the place of each step; nil where a later one does its work.
  func planned(joins: Bool) -> [PlannedOperation?] {
    guard joins else { return steps.map { PlannedOperation($0, slots) } }
    var joining = Joining(self)
    return joining.planned()
  }
}

/// The steps of a program in groups that are run as one, each in the place of its last.
private struct Joining {
  private let program: Program
  /// How often each slot is read, by steps, effects and as a result.
  private var readings: [Int]
  /// The step that fills each slot.
  private var makers: [Int?]
  /// The last step that reads each slot.
  private var lastReaders: [Int]
  /// For each step: how many effects before it write into memory that steps may read.
  private let writesBefore: [Int]
  /// Whether each step does its work in the place of another one.
  private var isAbsorbed: [Bool]
  /// The steps that are run in the place of each.
  private var groups: [[Int]]

  init(_ program: Program) {
    self.program = program
    readings = Array(repeating: 0, count: program.slots.count)
    makers = Array(repeating: nil, count: program.slots.count)
    lastReaders = Array(repeating: -1, count: program.slots.count)
    isAbsorbed = Array(repeating: false, count: program.steps.count)
    groups = program.steps.indices.map { [$0] }
    writesBefore = program.writesBefore
    for reading in program.results + program.effects.flatMap(\.readings) {
      readings[reading.slot] += 1
      lastReaders[reading.slot] = .max
    }
    for (place, step) in program.steps.enumerated() {
      for slot in step.outputs { makers[slot] = place }
      for input in step.inputs {
        readings[input.slot] += 1
        lastReaders[input.slot] = max(lastReaders[input.slot], place)
      }
    }
  }

  /// What is run in the place of each step; nil where a later one does its work.
  mutating func planned() -> [PlannedOperation?] {
    var found: [PlannedOperation?] = Array(repeating: nil, count: program.steps.count)
    for place in program.steps.indices.reversed() where !isAbsorbed[place] {
      found[place] = planned(endingWith: place)
    }
    finishProducts(&found)
    return found
  }

  /// Has products apply the formulas that come next, where these alone read what they make.
  private func finishProducts(_ planned: inout [PlannedOperation?]) {
    var before: Int?
    for place in planned.indices {
      guard let formula = planned[place] else { continue }
      if let last = before, let product = planned[last], writesBefore[last] == writesBefore[place],
        let finished = product.finished(by: formula, program.slots),
        areReadOnly(by: groups[place], product.outputs)
      {
        (planned[last], planned[place]) = (nil, finished)
      }
      before = place
    }
  }

  /// The step in this place, with all before it that can be joined to it.
  private mutating func planned(endingWith last: Int) -> PlannedOperation {
    var (places, joined) = ([last], program.steps[last])
    // What was joined brings others within reach.
    while let next = growth(of: places) { (places, joined) = next }
    for place in places.dropLast() { isAbsorbed[place] = true }
    groups[last] = places
    let parts = places.count > 1 ? places.map { PlannedOperation(program.steps[$0], program.slots) } : []
    return PlannedOperation(joined, program.slots, parts: parts)
  }

  /// A group with one step more, and the step that does the work of all; nil where none can be joined to it.
  private func growth(of places: [Int]) -> ([Int], Program.Step)? {
    guard let last = places.last, FormulaStep(program.steps[last], program.slots) != nil else { return nil }
    let candidates = Set(places.flatMap { program.steps[$0].inputs }.compactMap { makers[$0.slot] })
    for place in candidates.subtracting(places).sorted(by: >) where mayJoin(place, places) {
      let grown = (places + [place]).sorted()
      if let joined = Program.Step(joining: grown.map { program.steps[$0] }, program.slots) { return (grown, joined) }
    }
    return nil
  }

  /// Whether a step may do its work later, where this group does its own.
  private func mayJoin(_ place: Int, _ group: [Int]) -> Bool {
    guard let last = group.last, let part = FormulaStep(program.steps[place], program.slots) else { return false }
    let step = program.steps[place]
    let shape = program.slots[program.steps[last].outputs[0]].shape
    // What is one number costs a tile nothing; any other shape would be computed again and again.
    guard part.shape == shape || part.shape.elementCount == 1 else { return false }
    let areKept = step.outputs.indices.allSatisfy { part.isSame($0, as: program.slots[step.outputs[$0]].dtype) }
    return areKept && areReadOnly(by: group, step.outputs) && writesBefore[place] == writesBefore[last]
      && holdsNoMore(place, until: last, group)
  }

  /// Whether nobody else reads these slots.
  private func areReadOnly(by group: [Int], _ slots: [Int]) -> Bool {
    let inputs = group.flatMap { program.steps[$0].inputs }
    return slots.allSatisfy { slot in inputs.count { $0.slot == slot } == readings[slot] }
  }

  /// Whether no more memory is in use meanwhile: what the step reads is kept until then, its results are not.
  private func holdsNoMore(_ place: Int, until last: Int, _ group: [Int]) -> Bool {
    if last - place == group.count { return true }
    let step = program.steps[place]
    let kept = Set(step.inputs.map(\.slot)).filter { makers[$0] != nil && lastReaders[$0] < last }
    return bytes(Array(kept)) <= bytes(step.outputs)
  }

  private func bytes(_ slots: [Int]) -> Int { slots.reduce(0) { $0 + program.slots[$1].byteCount } }
}

extension Program {
  /// For each step: how many effects before it write into memory that steps may read. (What only puts another tensor into
  /// a cell leaves the one that was there as it is.)
  fileprivate var writesBefore: [Int] {
    var counts = Array(repeating: 0, count: steps.count)
    for effect in effects {
      switch effect.kind {
      case .update, .perform: for place in steps.indices.dropFirst(effect.place) { counts[place] += 1 }
      case .fill, .read, .write: break
      }
    }
    return counts
  }
}

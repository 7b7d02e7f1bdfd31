extension Profile: CustomStringConvertible {
  /// The tables of operations, modules and memory.
  public var description: String {
    var lines = ["profile of \(NumberText.time(nanoseconds: duration.inNanoseconds))", ""]
    lines += operationTable + [""]
    if modules.contains(where: { !$0.path.isEmpty }) { lines += moduleTable + [""] }
    lines += memoryTable
    return lines.joined(separator: "\n")
  }

  /// What shares are of.
  private var whole: Double { max(1, duration.inNanoseconds + elsewhere.inNanoseconds) }

  private func share(_ nanoseconds: Double) -> String { NumberText.fixed(100 * nanoseconds / whole, 1) + "%" }

  // MARK: - Operations

  /// Operations by time; those run inside others are indented and part of the line above them.
  package var operationTable: [String] {
    var table = TextTable(
      ["operation", "phase", "calls", "time", "share", "each", "GFLOP/s", "GB/s"], leftColumns: 2, longestName: 28)
    let missing = outside.inNanoseconds
    var isPlaced = false
    func placeOutside(before nanoseconds: Double) {
      guard !isPlaced, missing >= nanoseconds else { return }
      isPlaced = true
      table.add(["(in no operation)", "", "", NumberText.time(nanoseconds: missing), share(missing), "", "", ""])
    }
    for entry in operations {
      placeOutside(before: Double(entry.usage.nanoseconds))
      add(entry, depth: 0, to: &table)
    }
    placeOutside(before: -.infinity)
    return table.lines
  }

  private func add(_ entry: Entry, depth: Int, to table: inout TextTable) {
    let usage = entry.usage
    let time = Double(usage.nanoseconds)
    // What is run inside and takes next to nothing is left out: its time is in the line above.
    if depth > 0, time < whole / 2000 { return }
    table.add([
      String(repeating: "  ", count: depth) + entry.name,
      depth > 0 || entry.phase == .range ? "" : entry.phase.rawValue,
      NumberText.grouped(Double(usage.calls)), NumberText.time(nanoseconds: time), share(time),
      NumberText.time(nanoseconds: time / Double(max(1, usage.calls))),
      usage.floatingPointOperations.map { rate(Double($0), time) } ?? "",
      usage.bytes > 0 ? rate(Double(usage.bytes), time) : "",
    ])
    guard depth < 2 else { return }
    for inner in entry.inner { add(inner, depth: depth + 1, to: &table) }
  }

  private func rate(_ count: Double, _ nanoseconds: Double) -> String {
    nanoseconds > 0 ? NumberText.threeDigits(count / nanoseconds) : ""
  }

  // MARK: - Modules

  /// Modules by the time of their own operations.
  package var moduleTable: [String] {
    var table = TextTable(["module", "forward", "backward", "time", "share", "GFLOP/s"], longestName: 48)
    for module in modules {
      let time = Double(module.nanoseconds)
      var both = module.forward
      both.add(module.backward)
      table.add([
        module.path.isEmpty ? "(in no module)" : module.path,
        NumberText.time(nanoseconds: Double(module.forward.nanoseconds)),
        NumberText.time(nanoseconds: Double(module.backward.nanoseconds)), NumberText.time(nanoseconds: time),
        share(time), both.floatingPointOperations.map { rate(Double($0), time) } ?? "",
      ])
    }
    return table.lines
  }

  // MARK: - Memory

  /// Operations that took memory, by the most bytes that one run of them added.
  package var memoryTable: [String] {
    var table = TextTable(
      ["memory", "phase", "allocations", "from system", "of bytes", "adds at most", "peak"], leftColumns: 2,
      longestName: 28)
    let taking = operations.filter { $0.usage.memory.allocations > 0 || $0.usage.memory.growth > 0 }
    for entry in taking.sorted(by: { $0.usage.memory.growth > $1.usage.memory.growth }) {
      let memory = entry.usage.memory
      table.add([
        entry.name, entry.phase == .range ? "" : entry.phase.rawValue,
        NumberText.grouped(Double(memory.allocations)), NumberText.grouped(Double(memory.systemAllocations)),
        NumberText.bytes(memory.systemBytes), NumberText.bytes(memory.growth), NumberText.bytes(memory.peak),
      ])
    }
    return table.lines
  }
}

extension Duration {
  var inNanoseconds: Double { self / .nanoseconds(1) }
}

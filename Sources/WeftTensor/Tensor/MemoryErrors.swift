// The message of memory that ran out.

extension TensorError {
  static func outOfMemory(_ spec: TensorSpec, operation: String) -> TensorError {
    outOfMemory(byteCount: spec.byteCount, operation: operation, result: "a result of \(spec): ")
  }

  static func outOfMemory(byteCount: Int, operation: String, result: String = "") -> TensorError {
    let stats = Memory.stats
    let groups = MemoryPool.shared.largestGroups(3).map { "\($0.count) × \(inBytes($0.size))" }
    var got = "\(inBytes(stats.live)) live in \(stats.liveStorages) tensors, \(inBytes(stats.cached)) cached, "
    got += "limit \(inBytes(Memory.limit))"
    if !groups.isEmpty { got += "; largest: " + groups.joined(separator: ", ") }
    return TensorError(
      .outOfMemory, operation: operation, expected: "\(result)\(inBytes(byteCount))", got: got, hint: cure)
  }

  private static var cure: String {
    let nodes = Node.liveCount
    return nodes == 0
      ? "smaller batches, or a higher `Memory.limit`"
      : "\(nodes) recorded operations and leaves are alive: a loss kept from an earlier step holds its whole graph "
        + "(keep `loss.item()` instead), evaluation wants `noGrad { }`; smaller batches, `checkpoint { }`"
  }

  private static func inBytes(_ count: Int) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
    var (whole, tenths, unit) = (count, 0, 0)
    while whole >= 1024, unit < units.count - 1 {
      (whole, tenths) = (whole / 1024, whole % 1024 * 10 / 1024)
      unit += 1
    }
    return unit == 0 ? "\(whole) bytes" : "\(whole).\(tenths) \(units[unit])"
  }
}

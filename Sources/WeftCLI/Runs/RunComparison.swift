import Weft

/// What two runs differ in.
struct RunComparison {
  private let a: StoredRun
  private let b: StoredRun

  init(_ a: StoredRun, _ b: StoredRun) { (self.a, self.b) = (a, b) }

  /// A line for each setting that is not the same.
  var settings: [String] {
    let (left, right) = (a.facts, b.facts)
    return left.compactMap { name, value in
      let other = right.first { $0.name == name }?.value ?? "-"
      return value == other ? nil : "\(name): \(value) | \(other)"
    }
  }

  /// The first epoch in which a metric differs, and what each came to.
  var metrics: [String] {
    let shared = a.columns.filter { b.columns.contains($0) && $0 != "epoch" }
    let count = min(a.rows.count, b.rows.count)
    let first = (0..<count).first { row in shared.contains { value($0, row, a) != value($0, row, b) } }
    var lines = [
      first.map { "metrics: the same until epoch \($0), others from epoch \($0 + 1) on" }
        ?? "metrics: the same in \(count) epochs"
    ]
    if a.rows.count != b.rows.count { lines.append("epochs done: \(a.rows.count) | \(b.rows.count)") }
    lines += shared.compactMap { column in
      guard let left = a.last(column), let right = b.last(column), left.bitPattern != right.bitPattern else {
        return nil
      }
      return "\(column): \(Amount.short(left)) | \(Amount.short(right))"
    }
    return lines
  }

  private func value(_ column: String, _ row: Int, _ run: StoredRun) -> UInt64? {
    guard let place = run.columns.firstIndex(of: column), run.rows[row].indices.contains(place) else { return nil }
    return run.rows[row][place].bitPattern
  }

  /// Whether the weights are the same to the bit, in words.
  func weights() throws -> (text: String, isSame: Bool) {
    let files = try [a, b].map { try TensorFile($0.folder.weightsPath) }
    let names = files.map { Set($0.entries.map(\.name)) }
    if names[0] != names[1] {
      let others = names[0].symmetricDifference(names[1]).sorted()
      return ("weights: other tensors, \(others.prefix(5).joined(separator: ", "))", false)
    }
    var differing: [String] = []
    var largest = 0.0
    for name in names[0].sorted() {
      let (left, right) = (try files[0].tensor(named: name), try files[1].tensor(named: name))
      guard left.shape == right.shape, left.dtype == right.dtype else {
        return ("weights: \(name) is \(left.spec) | \(right.spec)", false)
      }
      if left.withUnsafeBytes({ x in right.withUnsafeBytes { x.elementsEqual($0) } }) { continue }
      differing.append(name)
      let (x, y) = (left.scalars(as: Double.self), right.scalars(as: Double.self))
      largest = zip(x, y).reduce(largest) { max($0, abs($1.0 - $1.1)) }
    }
    if differing.isEmpty { return ("weights: the same to the bit", true) }
    return (
      "weights: \(differing.count) of \(names[0].count) tensors differ, by \(Amount.short(largest)) at most", false
    )
  }
}

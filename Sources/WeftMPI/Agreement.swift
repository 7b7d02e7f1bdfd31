import WeftIO
import WeftNN
import WeftTensor
import WeftTrain

/// What a model is, to be compared between ranks.
struct ModelFingerprint {
  /// Names, shapes and types of all parameters and buffers, one a line.
  let structure: String
  /// A sum of each one's values, in the same order.
  let sums: [String]

  /// - Parameter values: Whether the values are looked at.
  init(_ tensors: [(name: String, tensor: Tensor)], values: Bool = true) {
    structure = tensors.map { "\($0.name) \($0.tensor.spec)" }.joined(separator: "\n")
    sums = values ? tensors.map { Self.sum([$0.tensor]) } : []
  }

  static func sum(_ tensors: [Tensor]) -> String {
    var sum = ContentSum()
    for tensor in tensors { sum.add(tensor) }
    return sum.text
  }
}

extension Communicator {
  /// Whether a text is the same on all ranks.
  func isSame(_ text: String, name: String) throws(MPIError) -> Bool {
    Set(try gather(text, name: name)).count == 1
  }

  /// - Throws: `MPIError` that names the ranks and the first line that differ.
  func checkSame(_ lines: [String], _ what: String, hint: String) throws(MPIError) {
    var sum = ContentSum()
    for line in lines { sum.add(line) }
    if try isSame(sum.text, name: what) { return }
    let all = try gather(lines.joined(separator: "\n"), name: "\(what), line by line")
      .map { $0.split(separator: "\n", omittingEmptySubsequences: false) }
    let different = all.indices.filter { all[$0] != all[0] }
    guard let rank = different.first else { return }
    let length = max(all[0].count, all[rank].count)
    func line(_ rank: Int, _ place: Int) -> Substring { place < all[rank].count ? all[rank][place] : "nothing more" }
    let place = (0..<length).first { line(0, $0) != line(rank, $0) } ?? 0
    throw MPIError(
      .different, expected: "\(what) of rank 0 on all ranks, as \(line(0, place))",
      found: "\(line(rank, place)) on \(MPIError.named(different))", hint: hint)
  }
}

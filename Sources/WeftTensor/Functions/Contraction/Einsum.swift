/// Sums of products by Einstein's convention (PyTorch's `einsum`).
///
/// ```swift
/// einsum("ij,jk->ik", a, b)        // the matrix product
/// einsum("bhqd,bhkd->bhqk", q, k)  // attention's scores
/// einsum("ii", a)                  // the trace
/// einsum("...ij->...ji", a)        // the transposed matrices
/// ```
/// Each operand's axes are named by letters. Axes of one name go together (in one operand: its diagonal); names that the
/// result lacks are summed over. `...` stands for further axes, which broadcast. Without `->` the result has the
/// ellipsis's axes, then the names that occur once, in alphabetical order (capitals first). Axes of one name have one size,
/// or 1. Three and more operands are joined pair by pair, first the pair whose product saves most.
public func einsum(_ equation: String, _ operands: Tensor...) -> Tensor { einsum(equation, operands) }

/// `einsum` of an array of operands.
public func einsum(_ equation: String, _ operands: [Tensor]) -> Tensor {
  guard !operands.contains(where: \.isInvalid) else { return .invalid }
  do throws(TensorError) {
    let equation = try EinsumEquation(equation, operands.map(\.spec))
    var terms: [EinsumTerm] = []
    for (tensor, labels) in zip(operands, equation.operands) {
      terms.append(try EinsumTerm(tensor, labels).withoutRepeats().withoutStretched(equation.sizes))
    }
    return EinsumTerm.joined(terms, result: equation.result, sizes: equation.sizes)
  } catch {
    return .failed(error)
  }
}

/// An operand (or a product of some) with a label for each axis.
private struct EinsumTerm {
  typealias Label = EinsumEquation.Label
  let tensor: Tensor
  let labels: [Label]

  init(_ tensor: Tensor, _ labels: [Label]) {
    self.tensor = tensor
    self.labels = labels
  }

  /// The diagonals of axes with one label.
  func withoutRepeats() throws(TensorError) -> EinsumTerm {
    for (first, label) in labels.enumerated() {
      guard let second = labels[(first + 1)...].firstIndex(of: label) else { continue }
      guard tensor.shape[first] == tensor.shape[second] else {
        throw TensorError(
          .shape, operation: "einsum", operands: [("operand", tensor.spec)],
          expected: "one size for a label that an operand repeats",
          got: "\(tensor.shape[first]) and \(tensor.shape[second])")
      }
      let rest = labels.enumerated().filter { $0.offset != first && $0.offset != second }.map(\.element)
      return try EinsumTerm(tensor.diagonal(rowAxis: first, columnAxis: second), rest + [label]).withoutRepeats()
    }
    return self
  }

  /// Without axes of size 1 that others stretch: they only repeat.
  func withoutStretched(_ sizes: [Label: Int]) -> EinsumTerm {
    let stays = labels.indices.filter { tensor.shape[$0] == sizes[labels[$0]] }
    let shape = Shape(stays.map { tensor.shape[$0] })
    return EinsumTerm(tensor.reshaped(to: shape), stays.map { labels[$0] })
  }

  /// Summed over the labels that nobody else needs.
  func summed(keeping needed: Set<Label>) -> EinsumTerm {
    let axes = labels.indices.filter { !needed.contains(labels[$0]) }
    guard !axes.isEmpty else { return self }
    return EinsumTerm(tensor.sum(axes: axes, dtype: tensor.dtype), labels.filter(needed.contains))
  }

  /// The product of all, pair by pair.
  static func joined(_ operands: [EinsumTerm], result: [Label], sizes: [Label: Int]) -> Tensor {
    var terms = operands
    while terms.count > 1 {
      let (first, second) = bestPair(terms, result: result, sizes: sizes)
      let others = terms.indices.filter { $0 != first && $0 != second }
      let needed = Set(result + others.flatMap { terms[$0].labels })
      let (a, b) = (terms[first], terms[second])
      let product = a.summed(keeping: needed.union(b.labels)).times(b.summed(keeping: needed.union(a.labels)), needed)
      terms = others.map { terms[$0] } + [product]
    }
    let last = terms[0].summed(keeping: Set(result))
    return last.tensor.permuted(result.map { last.labels.firstIndex(of: $0) ?? 0 })
  }

  /// The pair whose product is smallest beside what it replaces.
  private static func bestPair(_ terms: [EinsumTerm], result: [Label], sizes: [Label: Int]) -> (Int, Int) {
    guard terms.count > 2 else { return (0, 1) }
    var best = (pair: (0, 1), growth: Double.infinity)
    let size = { (labels: Set<Label>) in labels.reduce(1.0) { $0 * Double(sizes[$1] ?? 1) } }
    for first in terms.indices {
      for second in terms.indices.dropFirst(first + 1) {
        let others = terms.indices.filter { $0 != first && $0 != second }.flatMap { terms[$0].labels }
        let (a, b) = (Set(terms[first].labels), Set(terms[second].labels))
        let growth = size(a.union(b).intersection(Set(result + others))) - size(a) - size(b)
        if growth < best.growth { best = ((first, second), growth) }
      }
    }
    return best.pair
  }

  /// The product of two, summed over their common labels that are not needed, as a product of matrices.
  private func times(_ other: EinsumTerm, _ needed: Set<Label>) -> EinsumTerm {
    let shared = labels.filter(other.labels.contains)
    let (batch, contracted) = (shared.filter(needed.contains), shared.filter { !needed.contains($0) })
    let mine = labels.filter { !shared.contains($0) }
    let theirs = other.labels.filter { !shared.contains($0) }
    guard !contracted.isEmpty else {
      let order = batch + mine + theirs
      return EinsumTerm(placed(in: order) * other.placed(in: order), order)
    }
    let product = matmul(grouped([batch, mine, contracted]), other.grouped([batch, contracted, theirs]))
    let sizes = batch.map(size) + mine.map(size) + theirs.map(other.size)
    return EinsumTerm(product.reshaped(to: Shape(sizes)), batch + mine + theirs)
  }

  private func size(_ label: Label) -> Int { labels.firstIndex(of: label).map { tensor.shape[$0] } ?? 1 }

  /// The axes in the order given, with axes of size 1 for missing labels.
  private func placed(in order: [Label]) -> Tensor {
    let present = order.filter(labels.contains)
    return tensor.permuted(present.map { labels.firstIndex(of: $0) ?? 0 }).reshaped(to: Shape(order.map(size)))
  }

  /// The axes of each group joined to one.
  private func grouped(_ groups: [[Label]]) -> Tensor {
    let moved = tensor.permuted(groups.flatMap { $0 }.map { labels.firstIndex(of: $0) ?? 0 })
    return moved.reshaped(to: Shape(groups.map { $0.reduce(1) { $0 * size($1) } }))
  }
}

/// The product of a chain of matrices, in the order that costs the fewest multiplications (PyTorch's `linalg.multi_dot`).
/// The first and the last may be vectors: a row and a column, whose axis the result then lacks.
///
/// Shape: [m, a], [a, b], … [z, n] give [m, n].
public func chainProduct(_ matrices: [Tensor]) -> Tensor {
  guard matrices.count > 1 else { return matrices.first ?? chainFailure(matrices) }
  let isRow = matrices[0].rank == 1
  let isColumn = matrices[matrices.count - 1].rank == 1
  var chain = matrices
  if isRow { chain[0] = chain[0].unsqueezed(0) }
  if isColumn { chain[chain.count - 1] = chain[chain.count - 1].unsqueezed(1) }
  guard chain.allSatisfy({ $0.rank == 2 }), zip(chain, chain.dropFirst()).allSatisfy({ $0.shape[1] == $1.shape[0] })
  else { return chainFailure(matrices) }
  let sizes = chain.map { $0.shape[0] } + [chain[chain.count - 1].shape[1]]
  var result = product(chain, 0, chain.count - 1, cuts(sizes))
  if isColumn { result = result.squeezed(1) }
  return isRow ? result.squeezed(0) : result
}

private func product(_ chain: [Tensor], _ first: Int, _ last: Int, _ cuts: [[Int]]) -> Tensor {
  guard first < last else { return chain[first] }
  let cut = cuts[first][last]
  return matmul(product(chain, first, cut, cuts), product(chain, cut + 1, last, cuts))
}

/// Where to part each piece of a chain (Cormen et al., Introduction to Algorithms, 15.2).
private func cuts(_ sizes: [Int]) -> [[Int]] {
  let count = sizes.count - 1
  var costs = Array(repeating: Array(repeating: 0.0, count: count), count: count)
  var cuts = Array(repeating: Array(repeating: 0, count: count), count: count)
  for length in 1..<count {
    for first in 0..<(count - length) {
      let last = first + length
      costs[first][last] = .infinity
      for cut in first..<last {
        let here = Double(sizes[first]) * Double(sizes[cut + 1]) * Double(sizes[last + 1])
        let cost = costs[first][cut] + costs[cut + 1][last] + here
        if cost < costs[first][last] { (costs[first][last], cuts[first][last]) = (cost, cut) }
      }
    }
  }
  return cuts
}

private func chainFailure(_ matrices: [Tensor]) -> Tensor {
  .failed(
    TensorError(
      .shape, operation: "chainProduct", operands: matrices.enumerated().map { ("matrix \($0)", $1.spec) },
      expected: "matrices [m, a], [a, b], … (the first and last may be vectors)",
      got: matrices.isEmpty ? "none" : matrices.map { "\($0.shape)" }.joined(separator: ", ")))
}

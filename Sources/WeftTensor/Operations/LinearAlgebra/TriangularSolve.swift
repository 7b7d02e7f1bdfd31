/// x with a·x = b for triangular a, by substitution. Gradients (Giles 2008, 2.3): of b a⁻ᵀ·g, of a the triangle of
/// -(a⁻ᵀ·g)·xᵀ.
public struct TriangularSolve: MatrixOperation {
  public static let name = "solveTriangular"
  public static let operands: Operands = ["a", "b"]
  public static let equation = "x = tri(a)⁻¹·b"
  public static let defaults: Attributes = ["unitDiagonal": false]
  /// Whether the upper triangle is read, or the lower one.
  public let upper: Bool
  /// Whether the diagonal counts as ones and is not read.
  public let unitDiagonal: Bool

  public init(upper: Bool, unitDiagonal: Bool = false) {
    self.upper = upper
    self.unitDiagonal = unitDiagonal
  }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { [try solution(inputs)] }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (a, b) = (inputs[0].converted(to: outputs[0].dtype), inputs[1].converted(to: outputs[0].dtype))
    return Tensor.factored(
      Self.name, a, broadcast: outputs[0].shape, expected: "triangular matrices without a zero on the diagonal",
      got: { "a zero at row \($0 - 1)" }
    ) { () throws(MatrixFailure) in
      [
        try inputs.backend.solveTriangular(
          a.matrices(in: outputs[0].shape), b.matrices(in: outputs[0].shape), upper: upper, unitDiagonal: unitDiagonal)
      ]
    }
  }

  public func saves(needs: [Bool]) -> Saves { needs[0] ? [.input(0), .output(0)] : .input(0) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0] else { return [nil, nil] }
    let flipped = TriangularSolve(upper: !upper, unitDiagonal: unitDiagonal)
    let ofB = apply(flipped, [saved.input(0).transposed(), g])[0]
    return [needs[0] ? triangle(-matmul(ofB, saved.output(0).transposed())) : nil, ofB]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let moved = tangents[0].map { -matmul(triangle($0), outputs[0]) }
    guard let right = Tensor.sum(tangents[1], moved) else { return [nil] }
    return [apply(self, [inputs[0], right])[0]]
  }

  /// The part of a matrix that is read.
  private func triangle(_ matrix: Tensor) -> Tensor {
    let first = unitDiagonal ? 1 : 0
    return upper ? matrix.triu(diagonal: first) : matrix.tril(diagonal: -first)
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var a = inputs[0]
    for index in ReferenceArray.indices(of: a.shape) {
      let (row, column) = (index[index.count - 2], index[index.count - 1])
      if row == column ? unitDiagonal : (row < column) != upper { a[index] = row == column ? 1 : 0 }
    }
    return Solve().reference([a, inputs[1]])
  }

  private static let matrix = SampleInput.exactly([2, 1, -1, 0.5, -1, 2, -2, 1, 1.5], [3, 3])

  public static let samples = [
    Sample(TriangularSolve(upper: true), matrix, .real([3, 2])),
    Sample(TriangularSolve(upper: false), matrix, .real([2, 3, 1])),
    Sample(TriangularSolve(upper: false, unitDiagonal: true), matrix, .real([3, 2])),
    Sample(TriangularSolve(upper: true, unitDiagonal: true), matrix, .real([3, 1])),
    Sample(TriangularSolve(upper: true), .exactly([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]), .real([2, 2])),
    Sample(TriangularSolve(upper: true), .real([0, 3, 3]), .real([3, 2])),
    Sample(TriangularSolve(upper: true), .real([2, 0, 0]), .real([0, 2])),
  ]

  public static let refusals = [
    Refusal(TriangularSolve(upper: true), .real([2, 3]), .real([2, 1]), because: "square matrices"),
    Refusal(TriangularSolve(upper: true), .real([2, 2]), .real([3, 1]), because: "[..., n, n] and [..., n, k]"),
    Refusal(TriangularSolve(upper: true), .exactly([1, 2, 2, 0], [2, 2]), .real([2, 1]), because: "a zero at row 1"),
  ]
}

/// The solution x of a·x = b, or of x·a = b where `left` is false, for triangular a: one triangle is read.
///
/// Shape: [..., n, n] and [..., n, k] (or [..., k, n] for x·a = b) give b's; leading axes broadcast. Unlike PyTorch,
/// which divides by it, a zero on the diagonal is an error that names the matrix: as for `solve`.
public func solveTriangular(
  _ a: Tensor, _ b: Tensor, upper: Bool, left: Bool = true, unitDiagonal: Bool = false
) -> Tensor {
  guard !left, a.rank >= 2, b.rank >= 2 else {
    return apply(TriangularSolve(upper: upper, unitDiagonal: unitDiagonal), [a, b])[0]
  }
  let flipped = TriangularSolve(upper: !upper, unitDiagonal: unitDiagonal)
  return apply(flipped, [a.transposed(), b.transposed()])[0].transposed()
}

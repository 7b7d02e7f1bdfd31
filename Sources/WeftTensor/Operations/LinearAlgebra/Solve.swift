/// x with a·x = b, by elimination with exchanges of rows (LAPACK's `gesv`). Gradients (Giles 2008, 2.3): of b a⁻ᵀ·g, of
/// a -(a⁻ᵀ·g)·xᵀ.
public struct Solve: MatrixOperation {
  public static let name = "solve"
  public static let operands: Operands = ["a", "b"]
  public static let equation = "x = a⁻¹·b"

  public init() {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { [try solution(inputs)] }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (a, b) = (inputs[0].converted(to: outputs[0].dtype), inputs[1].converted(to: outputs[0].dtype))
    return Tensor.solved(Self.name, a, b, outputs[0].shape)
  }

  public func saves(needs: [Bool]) -> Saves { needs[0] ? [.input(0), .output(0)] : .input(0) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0] else { return [nil, nil] }
    let ofB = apply(Solve(), [saved.input(0).transposed(), g])[0]
    return [needs[0] ? -matmul(ofB, saved.output(0).transposed()) : nil, ofB]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let moved = tangents[0].map { -matmul($0, outputs[0]) }
    guard let right = Tensor.sum(tangents[1], moved) else { return [nil] }
    return [apply(Solve(), [inputs[0], right])[0]]
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let specs = inputs.map { TensorSpec(Shape($0.shape), .float64) }
    guard let shape = try? solution(specs).shape.sizes else { return nil }
    let batch = Array(shape.dropLast(2))
    var values: [Double] = []
    for (a, b) in zip(inputs[0].matrices(over: batch), inputs[1].matrices(over: batch)) {
      guard let x = MatrixReference.solve(a, b)?.solution else { return nil }
      values += x.flatMap { $0 }
    }
    return [ReferenceArray(shape: shape, values: values)]
  }

  public static let samples = [
    Sample(Solve(), .exactly([2, 1, -1, -3, -1, 2, -2, 1, 2], [3, 3]), .real([3, 2])),
    Sample(Solve(), .exactly([0, 1, 2, 0.5, 3, -1, 1, 2], [2, 2, 2]), .real([2, 1])),
    Sample(Solve(), .exactly([1, 2, 3, 4], [2, 2]), .real([3, 2, 1])),
    Sample(Solve(), .exactly([-0.5], [1, 1]), .real([1, 3])),
    Sample(Solve(), .real([0, 3, 3]), .real([3, 2])),
    Sample(Solve(), .real([2, 0, 0]), .real([0, 2])),
    Sample(Solve(), .exactly([1, 2, 3, 4], [2, 2]), .real([2, 0])),
  ]

  public static let refusals = [
    Refusal(Solve(), .real([2, 3]), .real([2, 1]), because: "square matrices"),
    Refusal(Solve(), .real([2, 2]), .real([3, 1]), because: "[..., n, n] and [..., n, k]"),
    Refusal(Solve(), .real([3]), .real([3, 1]), because: "matrices [..., rows, columns]"),
    Refusal(Solve(), .integers([2, 2], in: 1..<5), .real([2, 1]), because: "float32 or float64"),
    Refusal(Solve(), .exactly([1, 2, 2, 4], [2, 2]), .real([2, 1]), because: "singular"),
  ]
}

/// The solution x of a·x = b, or of x·a = b where `left` is false (PyTorch's `linalg.solve`).
///
/// Shape: [..., n, n] and [..., n, k] give [..., n, k]; leading axes broadcast. b may be a vector [n], or one for each
/// matrix, [..., n] with exactly a's leading axes; so is the result then. A singular matrix is an error that names it.
public func solve(_ a: Tensor, _ b: Tensor, left: Bool = true) -> Tensor {
  let isVector = b.rank == 1 || (b.rank + 1 == a.rank && b.shape.sizes == a.shape.sizes.dropLast())
  if isVector {
    return apply(Solve(), [left ? a : a.transposed(), b.unsqueezed(-1)])[0].squeezed(-1)
  }
  guard !left, a.rank >= 2, b.rank >= 2 else { return apply(Solve(), [a, b])[0] }
  return apply(Solve(), [a.transposed(), b.transposed()])[0].transposed()
}

extension Tensor {
  /// The kernel, with the error for singular matrices.
  static func solved(_ operation: String, _ a: Tensor, _ b: Tensor, _ shape: Shape) -> [Tensor] {
    factored(
      operation, a, broadcast: shape, expected: "invertible matrices",
      hint: "`pseudoInverse()` and `leastSquares` take singular ones",
      got: { "a singular one (pivot \($0) is zero)" }
    ) { () throws(MatrixFailure) in
      [try a.backend.solve(a.matrices(in: shape), b.matrices(in: shape))]
    }
  }

  /// The sum of two terms either of which may be missing.
  static func sum(_ a: Tensor?, _ b: Tensor?) -> Tensor? {
    guard let a, let b else { return a ?? b }
    return a + b
  }
}

// Matrices in plain loops over Double: what references are made of.

typealias Rows = [[Double]]

enum MatrixReference {
  static func identity(_ count: Int) -> Rows {
    (0..<count).map { row in (0..<count).map { $0 == row ? 1 : 0 } }
  }

  static func transpose(_ a: Rows, columns: Int) -> Rows { (0..<columns).map { column in a.map { $0[column] } } }

  static func product(_ a: Rows, _ b: Rows) -> Rows {
    a.map { row in
      (b.first ?? []).indices.map { column in
        row.indices.reduce(0) { $0 + row[$1] * b[$1][column] }
      }
    }
  }

  static func sum(_ a: Rows, _ b: Rows, scale: Double = 1) -> Rows {
    zip(a, b).map { zip($0, $1).map { $0 + scale * $1 } }
  }

  /// Gauss's elimination with exchanges of rows: the solution of a·x = b and a's determinant. Nil for a singular matrix.
  static func solve(_ a: Rows, _ b: Rows) -> (solution: Rows, determinant: Double)? {
    var (a, b, determinant) = (a, b, 1.0)
    for step in a.indices {
      let pivot = (step..<a.count).max { abs(a[$0][step]) < abs(a[$1][step]) } ?? step
      guard a[pivot][step] != 0 else { return nil }
      if pivot != step { determinant = -determinant }
      a.swapAt(pivot, step)
      b.swapAt(pivot, step)
      determinant *= a[step][step]
      let divisor = a[step][step]
      a[step] = a[step].map { $0 / divisor }
      b[step] = b[step].map { $0 / divisor }
      for row in a.indices where row != step {
        let factor = a[row][step]
        a[row] = zip(a[row], a[step]).map { $0 - factor * $1 }
        b[row] = zip(b[row], b[step]).map { $0 - factor * $1 }
      }
    }
    return (b, determinant)
  }

  /// Cholesky's factor of a symmetric matrix.
  static func cholesky(_ a: Rows) -> Rows {
    var l = a.map { $0.map { _ in 0.0 } }
    for row in a.indices {
      for column in 0...row {
        let rest = a[row][column] - (0..<column).reduce(0) { $0 + l[row][$1] * l[column][$1] }
        l[row][column] = row == column ? rest.squareRoot() : rest / l[column][column]
      }
    }
    return l
  }

  /// Singular values, the largest first, by Hestenes's rotations of columns until all are orthogonal.
  static func singularValues(_ a: Rows, columns: Int) -> [Double] {
    var vectors = a.count >= columns ? transpose(a, columns: columns) : a
    for _ in 0..<60 {
      for i in vectors.indices {
        for j in vectors.indices.dropFirst(i + 1) { rotate(&vectors, i, j) }
      }
    }
    return vectors.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }.sorted(by: >)
  }

  private static func rotate(_ vectors: inout Rows, _ i: Int, _ j: Int) {
    let dot = { (x: [Double], y: [Double]) in zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    let (alpha, beta, gamma) = (
      dot(vectors[i], vectors[i]), dot(vectors[j], vectors[j]), dot(vectors[i], vectors[j])
    )
    guard gamma != 0 else { return }
    let zeta = (beta - alpha) / (2 * gamma)
    let tangent = (zeta < 0 ? -1.0 : 1.0) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
    let cosine = 1 / (1 + tangent * tangent).squareRoot()
    let (x, y) = (vectors[i], vectors[j])
    vectors[i] = zip(x, y).map { cosine * ($0 - tangent * $1) }
    vectors[j] = zip(x, y).map { cosine * (tangent * $0 + $1) }
  }

  /// The exponential by its series, of a 64th of the matrix, squared six times.
  static func exponential(_ a: Rows) -> Rows {
    var (term, result) = (identity(a.count), identity(a.count))
    let small = a.map { $0.map { $0 / 64 } }
    for order in 1...24 {
      term = product(term, small).map { $0.map { $0 / Double(order) } }
      result = sum(result, term)
    }
    for _ in 0..<6 { result = product(result, result) }
    return result
  }
}

extension ReferenceArray {
  /// The matrices in the last two axes, as many as `batch` (the leading axes' shape) has places, broadcasting.
  func matrices(over batch: [Int]? = nil) -> [Rows] {
    let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
    let lead = batch ?? Array(shape.dropLast(2))
    let own = shape.count - 2
    return Self.indices(of: lead).map { place in
      let index = Array(place.suffix(own))
      return (0..<rows).map { row in (0..<columns).map { self[index + [row, $0]] } }
    }
  }

  /// Each matrix replaced by what `body` makes of it, in `shape` (all axes); nil where it gives nil.
  func mappingMatrices(to shape: [Int]? = nil, _ body: (Rows) -> Rows?) -> ReferenceArray? {
    var values: [Double] = []
    for matrix in matrices() {
      guard let result = body(matrix) else { return nil }
      values += result.flatMap { $0 }
    }
    return ReferenceArray(shape: shape ?? self.shape, values: values)
  }
}

import WeftTensor

/// Shifts and stretches each column of a table to the mean 0 and the deviation 1, as learned from the training rows.
///
/// ```swift
/// let scaler = try Scaler(fitting: trainFeatures)              // on what is trained on, and nothing else
/// let (x, xTest) = (scaler.applied(to: trainFeatures), scaler.applied(to: testFeatures))
/// ```
/// It is a part of the model: save it beside the weights (`Codable`).
///
/// Shape: [..., columns] to the same.
public struct Scaler: Hashable, Sendable, Codable {
  /// The mean of each column.
  public let means: [Double]
  /// The deviation of each column; 1 where all its values are equal.
  public let deviations: [Double]

  /// The mean and the deviation (dividing by the count) of each column; NaN, a missing value, is left out.
  ///
  /// - Parameter rows: [..., columns], of floating-point or integer type.
  /// - Throws: `TensorError` for a column without a number, or with one that is infinite.
  public init(fitting rows: Tensor) throws(TensorError) {
    guard rows.rank > 0, rows.shape[-1] > 0 else {
      throw Self.error(.shape, rows, "rows of at least one column", "\(rows.shape)")
    }
    let (values, width) = (rows.scalars(as: Double.self), rows.shape[-1])
    var (means, deviations) = ([Double](), [Double]())
    for column in 0..<width {
      let known = stride(from: column, to: values.count, by: width).map { values[$0] }.filter { !$0.isNaN }
      guard !known.isEmpty, known.allSatisfy(\.isFinite) else {
        throw Self.error(
          .value, rows, "finite numbers in each column", (known.isEmpty ? "none" : "infinity") + " in column \(column)")
      }
      // In two passes, and scaled: the sum of squares of large numbers would overflow.
      let size = known.map(\.magnitude).max() ?? 0
      let scale = size > 0 ? size : 1
      let mean = known.reduce(0) { $0 + $1 / scale } / Double(known.count)
      let square = known.reduce(0) { $0 + ($1 / scale - mean) * ($1 / scale - mean) } / Double(known.count)
      let deviation = square.squareRoot() * scale
      means.append(mean * scale)
      // Equal numbers differ from their mean by rounding only.
      deviations.append(square.squareRoot() > 1e-14 && deviation > 0 ? deviation : 1)
    }
    (self.means, self.deviations) = (means, deviations)
  }

  /// (x - mean) / deviation of each column, as float32 or the input's own floating-point type.
  ///
  /// Misuse: another number of columns.
  /// - Parameter missing: What a NaN becomes: 0 is the column's mean. With nil it stays NaN.
  public func applied(to rows: Tensor, missing: Double? = nil) -> Tensor {
    guard let (x, mean, deviation, dtype) = operands(rows) else { return rows }
    let scaled = ((x - mean) / deviation).converted(to: dtype)
    return missing.map { Tensor.where(scaled.isNaN(), Tensor($0, dtype: scaled.dtype), scaled) } ?? scaled
  }

  /// What `applied(to:)` was given: x·deviation + mean.
  ///
  /// Misuse: another number of columns.
  public func undone(on rows: Tensor) -> Tensor {
    guard let (x, mean, deviation, dtype) = operands(rows) else { return rows }
    return (x * deviation + mean).converted(to: dtype)
  }

  /// All in float64, in which they were fitted: of large numbers that differ by little, float32 keeps no difference.
  private func operands(_ rows: Tensor) -> (rows: Tensor, mean: Tensor, deviation: Tensor, result: DType)? {
    guard rows.rank > 0, rows.shape[-1] == means.count else {
      report(Self.error(.shape, rows, "rows of \(means.count) columns, as those it was fitted to", "\(rows.shape)"))
      return nil
    }
    let dtype = rows.dtype.isFloatingPoint ? rows.dtype : .float32
    let (mean, deviation) = (Tensor(means, dtype: .float64), Tensor(deviations, dtype: .float64))
    return (rows.converted(to: .float64), mean, deviation, dtype)
  }

  private static func error(_ code: TensorError.Code, _ rows: Tensor, _ expected: String, _ got: String) -> TensorError
  {
    TensorError(code, operation: "Scaler", operands: [("rows", rows.spec)], expected: expected, got: got)
  }
}

/// How many elements fall between neighbouring edges.
public struct Histogram: Sendable {
  /// One for each bin: counts, sums of weights, or densities.
  public let counts: Tensor
  /// One more than there are bins.
  public let edges: Tensor
}

extension Tensor {
  /// How many elements fall into each of `bins` equal intervals of `range`, the last of which contains its end. Others,
  /// and NaN, are not counted.
  ///
  /// - Parameters:
  ///   - range: Left out, from the smallest to the largest element, which must be finite; 0 ... 1 where there are none.
  ///   - weights: What each element counts, in this tensor's shape.
  ///   - isDensity: Counts are divided by their sum and by the bins' widths.
  public func histogram(
    bins: Int, range: ClosedRange<Double>? = nil, weights: Tensor? = nil, isDensity: Bool = false
  ) -> Histogram {
    let (low, high): (Double, Double)
    do throws(TensorError) {
      (low, high) = try histogramRange(bins, range)
    } catch {
      let failed = Tensor.failed(error)
      return Histogram(counts: failed, edges: failed)
    }
    let isEmpty = low == high
    let edges = Tensor(
      linspace: isEmpty ? low - 0.5 : low, isEmpty ? high + 0.5 : high, count: bins + 1, dtype: .float64)
    return histogram(edges: edges.converted(to: dtype), weights: weights, isDensity: isDensity)
  }

  /// The same with bins between ascending `edges` (one axis).
  public func histogram(edges: Tensor, weights: Tensor? = nil, isDensity: Bool = false) -> Histogram {
    if let error = histogramError(edges, weights) {
      let failed = Tensor.failed(error)
      return Histogram(counts: failed, edges: failed)
    }
    let bins = edges.elementCount - 1
    let values = reshaped(to: [-1]).detach()
    let last = edges.sliced(axis: 0, from: -1)
    // How many edges are not above each element: 0 and all stand for those outside, NaN among them.
    let place = edges.searchSorted(values, right: true)
    let wide = dtype.statistics
    // What is counted is counted exactly, and rounded once.
    var counts: Tensor
    if let weights {
      counts = Self.sums(weights.reshaped(to: [-1]).converted(to: wide), place, isEnd: values .== last, bins)
    } else if place.isBatched {
      counts = Self.sums(Tensor(ones: values.shape, dtype: .int64), place, isEnd: values .== last, bins)
    } else {
      let all = place.binCount(minimumLength: bins + 2)
      let ends = (values .== last).sum(dtype: .int64)
      let isLast = Tensor(arange: bins) .== Tensor(weak: bins - 1)
      counts = all.sliced(axis: 0, from: 1, to: bins + 1) + isLast.converted(to: .int64) * ends
    }
    if isDensity {
      let shares = counts.converted(to: wide) / counts.sum().converted(to: wide)
      counts = shares / edges.converted(to: wide).difference()
    }
    return Histogram(counts: counts.converted(to: dtype), edges: edges)
  }

  /// The sums of what is counted in each bin, the last of which contains its end.
  private static func sums(_ counted: Tensor, _ place: Tensor, isEnd: Tensor, _ bins: Int) -> Tensor {
    let chosen = Tensor.where(isEnd, Tensor(weak: bins), place)
    let zeros = Tensor(zeros: [bins + 2], dtype: counted.dtype)
    return zeros.scatterAdded(counted, at: chosen, axis: 0).sliced(axis: 0, from: 1, to: bins + 1)
  }

  /// What is wrong with edges and weights, if anything.
  private func histogramError(_ edges: Tensor, _ weights: Tensor?) -> TensorError? {
    let operands =
      [(name: "tensor", spec: spec), (name: "edges", spec: edges.spec)] + (weights.map { [("weights", $0.spec)] } ?? [])
    func error(_ code: TensorError.Code, _ expected: String, _ got: String) -> TensorError {
      TensorError(code, operation: "histogram", operands: operands, expected: expected, got: got)
    }
    guard edges.rank == 1, edges.elementCount > 1 else {
      return error(.shape, "a list of at least two edges", "\(edges.shape)")
    }
    if let weights, weights.shape != shape {
      return error(.shape, "a weight for each element, \(shape)", "\(weights.shape)")
    }
    if isInvalid || edges.isInvalid || edges.isBatched { return nil }
    let isAscending = edges.sliced(axis: 0, from: 1) .>= edges.sliced(axis: 0, to: -1)
    if isAscending.all().item(as: Bool.self) { return nil }
    let got = edges.isNaN().any().item(as: Bool.self) ? "NaN among them" : "others"
    return error(.value, "edges in ascending order", got)
  }

  /// `range`, or from the smallest to the largest element.
  private func histogramRange(
    _ bins: Int, _ range: ClosedRange<Double>?
  ) throws(TensorError) -> (low: Double, high: Double) {
    func refused(_ code: TensorError.Code, _ expected: String, _ got: String, hint: String = "") -> TensorError {
      TensorError(
        code, operation: "histogram", operands: [("tensor", spec)], expected: expected, got: got, hint: hint)
    }
    guard dtype.isFloatingPoint else { throw refused(.dtype, "floating-point numbers", "\(dtype)") }
    guard (1...Int(Int32.max)).contains(bins) else {
      throw refused(.value, "at least 1 bin and at most \(Int32.max)", "\(bins)")
    }
    if let range {
      guard range.lowerBound.isFinite, range.upperBound.isFinite else {
        throw refused(.value, "a finite range", "\(range)")
      }
      return (range.lowerBound, range.upperBound)
    }
    guard elementCount > 0 else { return (0, 1) }
    let (low, high) = (detach().min().item(), detach().max().item())
    guard low.isFinite, high.isFinite else {
      throw refused(
        .value, "a finite range, from the smallest element to the largest",
        low.isNaN ? "NaN among the elements" : "\(low) through \(high)",
        hint: "name a `range`: elements outside are not counted")
    }
    return (low, high)
  }
}

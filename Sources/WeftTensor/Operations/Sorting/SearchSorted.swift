/// How many elements of a sorted list are smaller than each value, or also equal: where it goes for the list to stay
/// sorted. NaN counts as larger than any number. No gradient: int64.
public struct SearchSorted: TensorOperation {
  public static let name = "searchSorted"
  public static let operands: Operands = ["list", "values"]
  public static let equation = "yᵢ = the number of j with listⱼ < vᵢ, or ≤"
  public static let whyNotDifferentiable: String? = "its result is a place"
  /// Whether a value goes behind equal elements, instead of in front of them.
  public let right: Bool

  public init(right: Bool = false) { self.right = right }

  public static let defaults: Attributes = ["right": false]

  /// Inputs: sorted lists [..., n] and values [..., m], the same axes in front.
  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let (list, values) = (inputs[0].shape, inputs[1].shape)
    guard list.rank > 0, list.rank == values.rank, list.sizes.dropLast() == values.sizes.dropLast() else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("list", inputs[0]), ("values", inputs[1])],
        expected: "values with the list's axes but the last", got: "\(list) and \(values)")
    }
    return [TensorSpec(values, .int64)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let common = DType.promoted(inputs.map(\.spec))
    guard common != .uint64 else { return [Self.halving(inputs[0], inputs[1], right)] }
    let wide: DType = common == .float64 ? .float64 : common.isFloatingPoint ? .float32 : .int64
    let (lists, values) = (inputs[0].converted(to: wide), inputs[1].converted(to: wide))
    return [inputs.backend.searchSorted(lists, values, right: right)]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let (lists, values) = (batch.whole(0), batch.whole(1))
    return apply(self, [lists, values])
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (list, values) = (inputs[0], inputs[1])
    let length = list.shape[list.shape.count - 1]
    return [
      ReferenceArray(shape: values.shape) { index in
        let value = values[index]
        let before = (0..<length).filter { place in
          let element = list[index.dropLast() + [place]]
          if value.isNaN { return right || !element.isNaN }
          return right ? element <= value : element < value
        }
        return Double(before.count)
      }
    ]
  }

  public static let samples = [
    Sample(SearchSorted(), .exactly([-1, 0, 0, 2, 5], [5]), .exactly([0, -2, 7, 1, 5, .nan], [6])),
    Sample(SearchSorted(right: true), .exactly([-1, 0, 0, 2, 5], [5]), .exactly([0, -2, 7, 1, 5], [5])),
    Sample(
      SearchSorted(right: true), .exactly([1, 2, .nan, 0, 0, 1], [2, 3]), .exactly([2, .nan, 3, 1, 0, -1], [2, 3])),
    Sample(SearchSorted(), .exactly([1, 3, 5], [3], dtype: .int32), .integers([2], in: 0..<7, dtype: .int32)),
    Sample(SearchSorted(), .real([0]), .real([3])),
  ]

  public static let refusals = [
    Refusal(SearchSorted(), .real([]), .real([]), because: "the list's axes but the last"),
    Refusal(SearchSorted(), .real([2, 3]), .real([3, 2]), because: "the list's axes but the last"),
  ]

  /// By halving the interval in which each place lies: for numbers that no kernel compares.
  private static func halving(_ list: Tensor, _ values: Tensor, _ right: Bool) -> Tensor {
    let count = list.shape[-1]
    var low = Tensor(zeros: values.shape, dtype: .int64)
    guard count > 0 else { return low }
    var high = Tensor(full: values.shape, Double(count), dtype: .int64)
    for _ in 0..<(Int.bitWidth - count.leadingZeroBitCount) {
      let middle = (low + high).floorDivided(by: Tensor(2))
      let found = list.gathered(middle.clamped(high: Double(count - 1)), axis: -1)
      let goesUp = (right ? found .<= values : found .< values).logicalAnd(low .< high)
      low = Tensor.where(goesUp, middle + Tensor(1), low)
      high = Tensor.where(goesUp, high, Tensor.where(low .< high, middle, high))
    }
    return low
  }
}

extension Tensor {
  /// Where `values` would go in this sorted tensor, along its last axis, for it to stay sorted; int64.
  ///
  /// Shape: this tensor [n] and values of any shape; or [..., n] and values [..., m] with the same axes in front.
  /// - Parameters:
  ///   - right: Behind equal elements, instead of in front of them. NaN counts as larger than any number.
  ///   - sorter: The order that sorts this tensor, as `argsort` gives it, where it is not sorted itself.
  public func searchSorted(_ values: Tensor, right: Bool = false, sorter: Tensor? = nil) -> Tensor {
    let isList = rank == 1
    guard rank > 0, isList || (values.rank == rank && values.shape.sizes.dropLast() == shape.sizes.dropLast()) else {
      return .failed(
        TensorError(
          .shape, operation: "searchSorted", operands: [("tensor", spec), ("values", values.spec)],
          expected: "a list, or values with the tensor's axes but the last", got: "\(shape) and \(values.shape)"))
    }
    let sorted = sorter.map { detach().gathered($0, axis: -1) } ?? detach()
    let wanted = (isList ? values.reshaped(to: [-1]) : values).detach()
    return apply(SearchSorted(right: right), [sorted, wanted])[0].reshaped(to: values.shape)
  }

  /// Which of the intervals between sorted `boundaries` (one axis) each element lies in; int64.
  ///
  /// - Parameter right: Intervals contain their left ends, instead of their right ones.
  public func bucketized(_ boundaries: Tensor, right: Bool = false) -> Tensor {
    guard boundaries.rank == 1 else {
      return .failed(.shapeOf("bucketized", "boundaries with one axis", boundaries.spec))
    }
    return boundaries.searchSorted(self, right: right)
  }
}

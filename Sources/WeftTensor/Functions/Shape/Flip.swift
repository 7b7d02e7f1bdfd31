extension Tensor {
  /// A view with the order of the elements reversed along the axes given (all, where left out).
  public func flipped(axes: [Int]? = nil) -> Tensor {
    let chosen: [Int]
    do throws(TensorError) {
      chosen = try shape.reducedAxes(axes, operation: "flip")
    } catch {
      return .failed(error)
    }
    return chosen.reduce(self) { $0.sliced(axis: $1, step: -1) }
  }
  /// The elements in the other order along one axis.
  public func flipped(axis: Int) -> Tensor { flipped(axes: [axis]) }
}

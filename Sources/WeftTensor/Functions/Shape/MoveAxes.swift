extension Tensor {
  /// A view with several axes moved to other places; the others keep their order.
  public func movedAxes(_ axes: [Int], to places: [Int]) -> Tensor {
    do throws(TensorError) {
      let sources = try resolved(axes)
      let targets = try resolved(places)
      guard axes.count == places.count else {
        throw TensorError(
          .axis, operation: "movedAxes", operands: [("tensor", spec)], expected: "as many places as axes",
          got: "\(axes) and \(places)")
      }
      var others = (0..<rank).filter { !sources.contains($0) }[...]
      let order = (0..<rank).map { place in
        targets.firstIndex(of: place).map { sources[$0] } ?? others.removeFirst()
      }
      return permuted(order)
    } catch {
      return .failed(error)
    }
  }

  /// Each axis counted from the front, in the order given.
  private func resolved(_ axes: [Int]) throws(TensorError) -> [Int] {
    _ = try shape.reducedAxes(axes, operation: "movedAxes")
    return shape.rank == 0 ? [] : axes.compactMap { shape.axis($0) }
  }
}

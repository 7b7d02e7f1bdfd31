/// For each pixel of an image of `size`, where an affine map sends it: the grid that `gridSampled` takes. Positions run
/// from -1 to 1 on each axis, the last axis first.
///
/// Shape: maps [N, 2, 3] for images [N, C, H, W] give [N, H, W, 2]; [N, 3, 4] for [N, C, D, H, W] give [N, D, H, W, 3].
/// - Parameter alignCorners: -1 and 1 are the centers of the outermost pixels, rather than their outer edges.
public func affineGrid(_ maps: Tensor, size: [Int], alignCorners: Bool = false) -> Tensor {
  let axes = size.count - 2
  guard axes == 2 || axes == 3, size.allSatisfy({ (1...Int(Int32.max)).contains($0) }),
    maps.shape == [size[0], axes, axes + 1], maps.dtype.isFloatingPoint
  else {
    return .failed(
      TensorError(
        .shape, operation: "affineGrid", operands: [("maps", maps.spec)],
        expected: "maps [N, 2, 3] for a size [N, C, H, W], or [N, 3, 4] for [N, C, D, H, W], floating point",
        got: "size \(size)"))
  }
  let spatial = Array(size.dropFirst(2))
  let whole = Shape(spatial)
  // x runs along the last axis.
  var coordinates = spatial.indices.reversed().map { axis in
    let trailing = Array(repeating: 1, count: axes - axis - 1)
    return gridLine(spatial[axis], alignCorners, maps.dtype).reshaped(to: Shape([spatial[axis]] + trailing))
      .expanded(to: whole)
  }
  coordinates.append(Tensor(ones: whole, dtype: maps.dtype))
  let points = stacked(coordinates, axis: -1).reshaped(to: [whole.elementCount, axes + 1])
  return points.matmul(maps.transposed()).reshaped(to: Shape([size[0]] + spatial + [axes]))
}

/// The positions of `count` pixels along an axis from -1 to 1.
private func gridLine(_ count: Int, _ alignCorners: Bool, _ dtype: DType) -> Tensor {
  let values = (0..<count).map { place -> Double in
    if count == 1 { return 0 }
    return alignCorners
      ? -1 + 2 * Double(place) / Double(count - 1) : (2 * Double(place) + 1) / Double(count) - 1
  }
  return Tensor(values, dtype: dtype)
}

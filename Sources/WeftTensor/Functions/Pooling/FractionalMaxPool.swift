extension Tensor {
  /// The maxima of `outputSize` windows of `kernel` elements that begin at pseudorandom places over 2 or 3 spatial axes, and
  /// their indices in the flattened spatial axes (int64) (Graham, "Fractional Max-Pooling", 2014).
  ///
  /// Window i of an axis begins at ⌊(i + u)·α⌋ - ⌊u·α⌋, α = (size - kernel) / (outputSize - 1), and the last one at the end;
  /// u in 0 ..< 1 is drawn for each axis of each channel.
  ///
  /// Shape: [N, C, spatial...] to [N, C] + `outputSize`.
  /// - Parameters:
  ///   - samples: u, [N, C, axes], the last axis of an image first and those of a volume in order, as in PyTorch; left out,
  ///     drawn from `stream`.
  ///   - stream: Where numbers come from; left out, the next stream of the process-wide generator.
  ///   - spatialAxes: How many axes are spatial; left out, as many as an argument has numbers, or all but two. A single
  ///     example comes without N, but its samples with it.
  public func fractionalMaxPooled(
    kernel: PerAxis, outputSize: PerAxis, samples: Tensor? = nil, using stream: RandomStream? = nil,
    spatialAxes: Int? = nil
  ) -> (values: Tensor, indices: Tensor) {
    do throws(TensorError) {
      let axes = spatialAxes ?? (rank == 3 ? 2 : nil)
      guard try isSingle(spatialAxes: axes, [kernel, outputSize], operation: "fractionalMaxPool") else {
        return fractional(kernel, outputSize, samples, stream)
      }
      let results = asBatchOfOne { input in
        let (values, indices) = input.fractional(kernel, outputSize, samples, stream)
        return [values, indices]
      }
      return (results[0], results[1])
    } catch {
      return (.failed(error), .invalid)
    }
  }

  private func fractional(
    _ kernel: PerAxis, _ outputSize: PerAxis, _ samples: Tensor?, _ stream: RandomStream?
  ) -> (values: Tensor, indices: Tensor) {
    do throws(TensorError) {
      guard rank == 4 || rank == 5 else {
        throw fractionalError("4 or 5 axes, [batch, channels, spatial...]", "\(rank) axes")
      }
      let axes = rank - 2
      let kernel = try kernel.resolved(axes, "kernel", atLeast: 1, operation: "fractionalMaxPool")
      let sizes = try outputSize.resolved(axes, "outputSize", atLeast: 1, operation: "fractionalMaxPool")
      for axis in 0..<axes where shape[axis + 2] < sizes[axis] + kernel[axis] - 1 {
        throw fractionalError(
          "axis \(SingleExample.axis(axis + 2)) to have at least \(sizes[axis] + kernel[axis] - 1) elements",
          "\(shape[axis + 2])")
      }
      let drawn = Shape([shape[0], shape[1], axes])
      let samples = samples ?? Tensor(uniform: drawn, dtype: .float64, using: stream ?? Random.nextStream())
      guard samples.shape == drawn, samples.dtype.isFloatingPoint else {
        throw fractionalError("floating-point samples \(drawn)", "\(samples.spec)")
      }
      return maxima(of: windowPlaces(kernel, sizes, samples.detach()), sizes)
    } catch {
      return (.failed(error), .invalid)
    }
  }

  /// For each window the places of its elements in the flattened spatial axes: [N, C, windows, elements].
  private func windowPlaces(_ kernel: [Int], _ sizes: [Int], _ samples: Tensor) -> Tensor {
    let axes = sizes.count
    var all = Tensor(zeros: [1, 1, 1, 1], dtype: .int64)
    for axis in 0..<axes {
      let size = shape[axis + 2]
      let sample = samples.sliced(axis: 2, from: axes == 2 ? 1 - axis : axis).sliced(axis: 2, from: 0, to: 1)
      let starts = windowStarts(size, kernel[axis], sizes[axis], sample)
      let line = starts.unsqueezed(-1) + Tensor(arange: kernel[axis])
      // [N, C, windows so far, 1, elements so far, 1] with [N, C, 1, windows, 1, elements].
      let joined =
        all.unsqueezed(3).unsqueezed(-1) * Tensor(weak: size) + line.unsqueezed(2).unsqueezed(4)
      all = joined.flattened(from: 4, through: 5).flattened(from: 2, through: 3)
    }
    return all
  }

  /// Where the windows of one axis begin: [N, C, windows].
  private func windowStarts(_ size: Int, _ kernel: Int, _ count: Int, _ sample: Tensor) -> Tensor {
    let last = Tensor(full: sample.shape, Double(size - kernel), dtype: .int64)
    guard count > 1 else { return last }
    let step = Double(size - kernel) / Double(count - 1)
    let places = Tensor(arange: count - 1).converted(to: sample.dtype)
    let starts = ((places + sample) * step).floor() - (sample * step).floor()
    return concatenated([starts.converted(to: .int64), last], axis: 2)
  }

  private func maxima(of places: Tensor, _ sizes: [Int]) -> (values: Tensor, indices: Tensor) {
    let windows = places.expanded(to: Shape(shape.sizes.prefix(2) + places.shape.sizes.suffix(2)))
    let values = flattened(from: 2).gathered(windows.flattened(from: 2), axis: 2).reshaped(to: windows.shape)
    let best = values.maxWithIndices(axis: -1)
    let at = windows.gathered(best.indices.unsqueezed(-1), axis: -1).squeezed(-1)
    let result = Shape(shape.sizes.prefix(2) + sizes)
    return (best.values.reshaped(to: result), at.reshaped(to: result))
  }

  private func fractionalError(_ expected: String, _ got: String) -> TensorError {
    TensorError(
      .shape, operation: "fractionalMaxPool", operands: [("input", SingleExample.spec(spec))], expected: expected,
      got: got)
  }
}

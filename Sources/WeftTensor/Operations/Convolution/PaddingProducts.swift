// Note: padding takes no part. Kernels multiply the padding's zeros too, some of them, some of the time, and 0 times NaN or
// ∞ is NaN: a tap that meets nothing but padding where the gradient is NaN would become NaN, and so would an output whose
// window has a NaN of the weight in the padding. One rule for all of them: such products are not made.

extension ConvolutionGeometry {
  var isPadded: Bool { (paddingBefore + paddingAfter).contains { $0 > 0 } }

  /// The weight's gradient `found` by a kernel; where it is not finite, found again without the products of padding.
  func sparingPadding(
    _ found: [Tensor], _ x: Tensor, _ g: Tensor, again: (_ x: Tensor, _ g: Tensor) -> [Tensor]
  ) -> [Tensor] {
    guard isPadded, !found[0].isInRange() else { return found }
    guard let input = Spoiled(x), let gradient = Spoiled(g), !(input.places + gradient.places).isEmpty else {
      return found
    }
    let clean = again(input.clean(like: x), gradient.clean(like: g))[0]
    var sums = clean.scalars(as: Double.self)
    for place in gradient.places { addOutput(place, input.values, gradient.values, to: &sums) }
    for place in input.places { addInput(place, input.values, gradient.values, to: &sums) }
    return [Tensor(sums, shape: clean.shape, dtype: clean.dtype)] + found.dropFirst()
  }

  /// What `run` makes of an input, or a gradient, and the weight: the convolution or the gradient of its input. Where the
  /// weight is not finite, found again with 0 in these places, and their products added where both are no padding.
  func sparingPadding(
    _ found: Tensor, _ source: Tensor, _ weight: Tensor, isForward: Bool, again: (_ weight: Tensor) -> Tensor
  ) -> Tensor {
    // The gradient's kernels may see padding beyond the outputs, wherever a window is larger than one element.
    guard isForward ? isPadded : kernel.contains(where: { $0 > 1 }), !found.isInvalid else { return found }
    // What is not finite shows in every window that lies inside. Without one it is seen in either; the smaller is looked at.
    let sample = inside(found, isForward: isForward)
    if (sample ?? (found.elementCount < weight.elementCount ? found : weight)).isInRange() { return found }
    guard let taps = Spoiled(weight), !taps.places.isEmpty else { return found }
    // What diverged as a whole is not worth the time.
    guard taps.places.count * batch * outSize.reduce(1, *) < 1 << 24 else { return found }
    let clean = again(taps.clean(like: weight))
    let (x, out) = (source.scalars(as: Double.self), clean.shape)
    var sums = clean.scalars(as: Double.self)
    for place in taps.places {
      forEachMeeting(ofWeight: place) { input, output in
        if isForward {
          sums[output] += x[input] * taps.values[place]
        } else {
          sums[out.place(of: inputShape.index(ofPlace: input))] += x[output] * taps.values[place]
        }
      }
    }
    return Tensor(sums, shape: out, dtype: clean.dtype)
  }

  /// All channels of the first example at one place that meets every element of the kernel; nil where there is no such
  /// place, or none that is easily found.
  private func inside(_ found: Tensor, isForward: Bool) -> Tensor? {
    guard batch > 0 else { return nil }
    var offset = found.offset
    for axis in kernel.indices {
      let reach = (kernel[axis] - 1) * dilation[axis]
      let place = (isForward ? outSize : inSize)[axis] / 2
      if isForward {
        let start = place * stride[axis] - paddingBefore[axis]
        guard start >= 0, start + reach < inSize[axis] else { return nil }
      } else {
        let last = place + paddingBefore[axis]
        guard stride[axis] == 1, last >= reach, last < outSize[axis] else { return nil }
      }
      offset += place * found.strides[axis + 2]
    }
    return Tensor(
      storage: found.storage, shape: [found.shape[1]], strides: [found.strides[1]], offset: offset, dtype: found.dtype)
  }

  /// Calls `body` with the places of all inputs that one element of the weight meets, and of the output in each case.
  private func forEachMeeting(ofWeight place: Int, _ body: (_ input: Int, _ output: Int) -> Void) {
    let index = weightShape.index(ofPlace: place)
    let channel = index[0] / (outChannels / groups) * (inChannels / groups) + index[1]
    let axes = kernel.indices.map { axis in
      (0..<outSize[axis]).compactMap { step -> (input: Int, output: Int)? in
        let at = step * stride[axis] + index[axis + 2] * dilation[axis] - paddingBefore[axis]
        return at >= 0 && at < inSize[axis] ? (at, step) : nil
      }
    }
    func visit(_ axis: Int, _ input: Int, _ output: Int) {
      if axis == axes.count { return body(input, output) }
      for place in axes[axis] {
        visit(axis + 1, input * inSize[axis] + place.input, output * outSize[axis] + place.output)
      }
    }
    for n in 0..<batch { visit(0, n * inChannels + channel, n * outChannels + index[0]) }
  }

  /// Adds the products of one output's gradient with all of the input that its window covers.
  private func addOutput(_ place: Int, _ x: [Double], _ g: [Double], to sums: inout [Double]) {
    let output = outputShape.index(ofPlace: place)
    for (tap, offset) in taps.enumerated() {
      let at = kernel.indices.map { output[$0 + 2] * stride[$0] + offset[$0] * dilation[$0] - paddingBefore[$0] }
      add(batch: output[0], out: output[1], output: place, tap: tap, input: at) { sums[$0] += x[$1] * g[place] }
    }
  }

  /// Adds the products of one element of the input with the finite gradients of all windows that cover it.
  private func addInput(_ place: Int, _ x: [Double], _ g: [Double], to sums: inout [Double]) {
    let input = inputShape.index(ofPlace: place)
    let perGroup = outChannels / groups
    let group = input[1] / (inChannels / groups)
    for (tap, offset) in taps.enumerated() {
      let steps = kernel.indices.map { input[$0 + 2] - offset[$0] * dilation[$0] + paddingBefore[$0] }
      let isMet = kernel.indices.allSatisfy {
        steps[$0] >= 0 && steps[$0] % stride[$0] == 0 && steps[$0] / stride[$0] < outSize[$0]
      }
      guard isMet else { continue }
      let at = kernel.indices.map { steps[$0] / stride[$0] }
      for out in group * perGroup..<(group + 1) * perGroup {
        let slope = g[outputShape.place(of: [input[0], out] + at)]
        guard slope.isFinite else { continue }
        let channel = input[1] % (inChannels / groups)
        sums[(out * (inChannels / groups) + channel) * taps.count + tap] += x[place] * slope
      }
    }
  }

  /// Calls `body` with the place of the weight and of the input for each channel, where `at` is no padding.
  private func add(
    batch: Int, out: Int, output: Int, tap: Int, input at: [Int], _ body: (_ weight: Int, _ input: Int) -> Void
  ) {
    guard zip(at, inSize).allSatisfy({ $0 >= 0 && $0 < $1 }) else { return }
    let channels = inChannels / groups
    let first = out / (outChannels / groups) * channels
    for channel in 0..<channels {
      body((out * channels + channel) * taps.count + tap, inputShape.place(of: [batch, first + channel] + at))
    }
  }

  /// The kernel's positions, in the order in which a weight holds them.
  private var taps: [[Int]] { ReferenceArray.indices(of: kernel) }
}

/// A tensor's numbers, and where they are not finite.
private struct Spoiled {
  let values: [Double]
  let places: [Int]

  /// nil where they are too many to look at one by one: then what they are part of is lost anyway.
  init?(_ tensor: Tensor) {
    values = tensor.scalars(as: Double.self)
    var places: [Int] = []
    for place in values.indices where !values[place].isFinite {
      guard places.count < 1 << 10 else { return nil }
      places.append(place)
    }
    self.places = places
  }

  /// The numbers with 0 for what is not finite.
  func clean(like tensor: Tensor) -> Tensor {
    places.isEmpty
      ? tensor : Tensor(values.map { $0.isFinite ? $0 : 0 }, shape: tensor.shape, dtype: tensor.dtype)
  }
}

extension Shape {
  /// The index of the element that is number `place` in order.
  fileprivate func index(ofPlace place: Int) -> [Int] {
    var (rest, index) = (place, sizes)
    for axis in sizes.indices.reversed() { (rest, index[axis]) = rest.quotientAndRemainder(dividingBy: sizes[axis]) }
    return index
  }

  fileprivate func place(of index: [Int]) -> Int { zip(index, sizes).reduce(0) { $0 * $1.1 + $1.0 } }
}

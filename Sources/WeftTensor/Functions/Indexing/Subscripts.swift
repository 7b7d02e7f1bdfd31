// Reading and assigning with brackets.

extension Tensor {
  /// The elements that the indices name, one index for each axis from the first; axes without one are whole.
  ///
  /// ```swift
  /// x[0]            x[-1, 2]              // integers take an element, and the axis goes
  /// x[1..<3]        x[..., 0]             // ranges, and as many whole axes as there are left
  /// x[.newAxis, .every(2)]
  /// x[[2, 0]]       x[Tensor([2, 0])]    x[x .> 0]        // arrays or tensors of indices, and masks
  /// ```
  /// Integers and ranges give a view. An array counts as a tensor of its numbers. Several index tensors broadcast to each
  /// other; the axes of their common shape stand where the axes indexed stood if these are neighbours, else in front. An
  /// index or range that reaches outside its axis is an error.
  ///
  /// Assigning changes this tensor alone, never one that shares its memory: in place where nobody shares it and no
  /// gradient is recorded, else in a copy. The value broadcasts, and takes on this tensor's type. Where gradients are
  /// recorded they flow to the value and to the elements that stayed. Of equal indices in a tensor the last wins.
  public subscript(_ indices: any TensorIndexing...) -> Tensor {
    get { read(indices.map { $0.tensorIndex }) }
    set { write(newValue, at: indices.map { $0.tensorIndex }) }
  }

  /// The same with `...` in front: the indices name the last axes.
  public subscript(_ ellipsis: UnboundedRange, _ indices: any TensorIndexing...) -> Tensor {
    get { read(trailing(indices)) }
    set { write(newValue, at: trailing(indices)) }
  }

  private func trailing(_ indices: [any TensorIndexing]) -> [TensorIndex] {
    var trailing = indices.map { $0.tensorIndex }
    trailing.insert(.otherAxes, at: 0)
    return trailing
  }

  private func read(_ indices: [TensorIndex]) -> Tensor {
    if isInvalid { return self }
    do throws(TensorError) {
      let plan = try SubscriptPlan(indices, spec)
      let view = plan.window.isWhole(shape) ? self : apply(Subscript(window: plan.window), [self])[0]
      if plan.tensors.isEmpty { return view }
      guard let listed = try ListedIndices(plan, operation: Subscript.name) else { return .invalid }
      return view.joined(listed).indexSelected(listed.list, axis: listed.axis).reshaped(to: listed.result)
    } catch {
      return .failed(error)
    }
  }

  private mutating func write(_ value: Tensor, at indices: [TensorIndex]) {
    if isInvalid || value.isInvalid { return }
    do throws(TensorError) {
      let plan = try SubscriptPlan(indices, spec)
      guard !plan.tensors.isEmpty else { return try assign(value.converted(to: dtype), plan.window) }
      guard let listed = try ListedIndices(plan, operation: SubscriptAssign.name) else { return }
      guard Shape.broadcast(listed.result, value.shape) == listed.result else {
        throw TensorError(
          .shape, operation: SubscriptAssign.name, operands: [("tensor", spec), ("value", value.spec)],
          expected: "a value that broadcasts to \(listed.result)", got: "\(value.shape)")
      }
      let values = value.converted(to: dtype).expanded(to: listed.result).reshaped(to: listed.flatResult)
      try assign(values, plan.window, listed)
    } catch {
      report(error)
    }
  }

  /// Assigns to a window.
  private mutating func assign(_ value: Tensor, _ window: Window) throws(TensorError) {
    let operation = SubscriptAssign(window: window)
    _ = try operation.outputs(for: [spec, value.spec])
    if isRecorded(with: value) {
      self = apply(operation, [self, value])[0]
    } else {
      makeUnique()
      operation.write(value, into: self)
      stopGradient(value)
    }
  }

  /// Assigns to the elements of a window that a list names.
  private mutating func assign(_ values: Tensor, _ window: Window, _ listed: ListedIndices) throws(TensorError) {
    let index = listed.list.alongAxis(listed.axis, of: listed.flatResult)
    if !isRecorded(with: values), index.isPlain, scatterInPlace(values, index, window, listed) {
      return stopGradient(values)
    }
    // Read the window, scatter into it, and assign it as a whole.
    let view = window.isWhole(shape) ? self : apply(Subscript(window: window), [self])[0]
    let changed = view.joined(listed).scattered(values, at: index, axis: listed.axis)
      .reshaped(to: listed.ordered).permuted(listed.inverseOrder)
    try assign(changed, window)
  }

  /// Writes into this tensor's memory, if the axes indexed can be joined there without a copy.
  private mutating func scatterInPlace(
    _ values: Tensor, _ index: Tensor, _ window: Window, _ listed: ListedIndices
  ) -> Bool {
    makeUnique()
    let view = window.view(of: self)
    let strides = AxisValues(listed.order.map { view.strides[$0] })
    guard let joined = Layout.viewStrides(listed.ordered, strides, as: listed.joined) else { return false }
    let target = view.view(shape: listed.joined, strides: joined)
    backend.scatter(values, index, axis: listed.axis, into: target, adding: false)
    return true
  }

  private func isRecorded(with value: Tensor) -> Bool {
    let modes = Modes.current
    return (requiresGrad || value.requiresGrad) && modes.isRecording || level > 0 || value.level > 0
      || modes.recorder != nil
  }

  /// After writing unrecorded: a leaf stays one; what was computed no longer is what the graph says.
  private mutating func stopGradient(_ value: Tensor) {
    guard requiresGrad || value.requiresGrad, !(requiresGrad && isLeaf) else { return }
    self = with(source: nil).blocked(by: Modes.current.recordingOff)
  }

  /// This view of a window with the axes that a list indexes joined to one.
  private func joined(_ listed: ListedIndices) -> Tensor {
    (listed.isInOrder ? self : permuted(listed.order)).reshaped(to: listed.joined)
  }
}

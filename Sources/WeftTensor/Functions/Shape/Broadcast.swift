/// Views of the tensors, all of the shape they broadcast to: matched from the last axis, where size 1 stretches.
public func broadcast(_ tensors: [Tensor]) -> [Tensor] {
  do throws(TensorError) {
    let shape = try broadcastShape(of: tensors.map(\.spec), operation: "broadcast")
    return tensors.map { $0.expanded(to: shape) }
  } catch {
    report(error)
    return tensors.map { _ in .invalid }
  }
}

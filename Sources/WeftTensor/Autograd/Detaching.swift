extension Tensor {
  /// The same values, outside the recorded graph: no gradient flows through the result.
  public func detach(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    guard let source else { return detachedBehind() }
    let operation = source.node.isLeaf ? nil : source.node.name
    return with(source: nil).detachedBehind().blocked(
      by: Blockage(.detached(operation, CallSite(file: file, line: line))))
  }

  /// The same values outside the recorded graph. Where that takes a history away, it is remembered that `blockage` did.
  package func detached(by blockage: Blockage) -> Tensor {
    source == nil ? detachedBehind() : with(source: nil).detachedBehind().blocked(by: blockage)
  }

  func detached(because reason: String) -> Tensor { detached(by: Blockage(.other { reason })) }
}

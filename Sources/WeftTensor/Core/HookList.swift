import Synchronization

/// Sees a gradient as it passes, and may replace it.
public typealias GradientHook = @Sendable (Tensor) -> Tensor?

/// A hook that was registered, to be removed by.
///
/// A hook stays until it is removed or its tensor is let go of. One that captures its own tensor holds it, so that
/// neither is ever freed, unless the hook is removed: capture what it needs of the tensor instead.
public struct HookHandle: Sendable {
  private weak var list: HookList?
  private let id: Int

  fileprivate init(_ list: HookList?, _ id: Int) {
    self.list = list
    self.id = id
  }

  /// Takes the hook away; nothing, where it is gone.
  public func remove() { list?.remove(id) }

  /// What stands for a hook that could not be registered.
  static let none = HookHandle(nil, 0)
}

/// The hooks of the outputs of one node. An object of its own: a parameter's hooks outlive the leaf that its value is at
/// present, and a handle holds neither the hook nor what the hook captured.
package final class HookList: Sendable {
  private let state = Guarded(State())
  private static let finalCount = Atomic<Int>(0)

  /// Whether anybody waits for gradients to be final.
  static var areAwaited: Bool { finalCount.load(ordering: .relaxed) > 0 }

  deinit { Self.finalCount.wrappingSubtract(state.withLock { $0.finalHooks.count }, ordering: .relaxed) }

  private struct State {
    var next = 0
    var hooks: [(id: Int, output: Int, hook: GradientHook)] = []
    var finalHooks: [(id: Int, hook: @Sendable (Tensor) -> Void)] = []

    mutating func newID() -> Int {
      next += 1
      return next
    }
  }

  func add(_ hook: @escaping GradientHook, to output: Int) -> HookHandle {
    HookHandle(
      self,
      state.withLock { state in
        let id = state.newID()
        state.hooks.append((id, output, hook))
        return id
      })
  }

  func addFinal(_ hook: @escaping @Sendable (Tensor) -> Void) -> HookHandle {
    Self.finalCount.wrappingAdd(1, ordering: .relaxed)
    return HookHandle(
      self,
      state.withLock { state in
        let id = state.newID()
        state.finalHooks.append((id, hook))
        return id
      })
  }

  fileprivate func remove(_ id: Int) {
    // Dropped outside the lock: freeing what a hook captured takes locks of its own.
    let dropped = state.withLock { state in
      let before = (state.hooks, state.finalHooks)
      state.hooks.removeAll { $0.id == id }
      state.finalHooks.removeAll { $0.id == id }
      Self.finalCount.wrappingSubtract(before.1.count - state.finalHooks.count, ordering: .relaxed)
      return before
    }
    _ = dropped
  }

  var isEmpty: Bool { state.withLock { $0.hooks.isEmpty && $0.finalHooks.isEmpty } }

  /// In the order in which they were added.
  var hooks: [(output: Int, hook: GradientHook)] { state.withLock { $0.hooks.map { ($0.output, $0.hook) } } }
  var finalHooks: [@Sendable (Tensor) -> Void] { state.withLock { $0.finalHooks.map(\.hook) } }
}

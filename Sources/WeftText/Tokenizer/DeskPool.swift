import Glibc

/// The desks of threads that encode: one is taken for a text and given back after it.
final class DeskPool: @unchecked Sendable {
  /// A lock of the system's threads, which the thread sanitizer knows.
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var desks: [TokenizerDesk] = []

  init() {
    lock.initialize(to: pthread_mutex_t())
    pthread_mutex_init(lock, nil)
  }

  deinit {
    pthread_mutex_destroy(lock)
    lock.deallocate()
  }

  func withDesk<Value>(_ body: (TokenizerDesk) throws(TokenizerError) -> Value) throws(TokenizerError) -> Value {
    let desk = take()
    defer { giveBack(desk) }
    return try body(desk)
  }

  private func take() -> TokenizerDesk {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return desks.popLast() ?? TokenizerDesk()
  }

  private func giveBack(_ desk: TokenizerDesk) {
    desk.forgetLongTexts()
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    if desks.count < 64 { desks.append(desk) }
  }
}

extension TokenizerDesk {
  /// Gives back the memory that an unusually long text took.
  fileprivate func forgetLongTexts() {
    if tokens.capacity > 1 << 16 { tokens = [] }
    if path.capacity > 1 << 16 { path = [] }
    merging.forgetLongTexts()
  }
}

/// Work on several threads.
enum TextThreads {
  /// How many threads the machine runs at once.
  static var count: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Runs a closure on so many threads, this one among them, and waits for all.
  static func run(_ threads: Int, _ body: @Sendable () -> Void) {
    withoutActuallyEscaping(body) { body in
      var started: [pthread_t] = []
      for _ in 1..<max(1, threads) {
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(body))
        let failed = pthread_create(
          &thread, nil,
          { context in
            guard let context else { return nil }
            Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
            return nil
          }, work.toOpaque())
        if failed == 0 { started.append(thread) } else { work.release() }
      }
      body()
      for thread in started { pthread_join(thread, nil) }
    }
  }
}

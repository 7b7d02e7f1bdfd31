import Glibc
import Synchronization

// Note: Recordings and threads
//
// A recording writes down one run: what a step, which waits for nobody, calls in the thread that it runs in. Other threads,
// tasks that the step begins and other runs are elsewhere, recorded themselves or not. Any number of recordings and replays
// go on at once, and none has another's operations in its book. Where threads meet all the same:
//
//   a batch                           is the run's, whoever made it
//   a tensor that was made elsewhere  before the run began: a constant, if the next recording finds the same memory there;
//                                     since then: perhaps of the run's own values, and another one each time
//   a value of the run that is used   nobody wrote down what became of it, a number that the step goes on with perhaps
//   elsewhere
//
// The last two may be chance, as where a table is made once by the thread that comes first. Such a run is not taken down,
// and the next one is recorded in its place; only a step that goes on so stays as it stands (`StepRecording`).
//
// So memory remembers its `Origin`. The numbers are read and written in relaxed order. That is enough: who makes memory
// for a run, or uses what the run made, heard of it in some way that orders the two threads; the run counted itself before,
// and so its count and number, or later ones, are what that thread reads. Who heard nothing may read older numbers, and what
// it makes then is as good as made before the run began.

/// The recordings of programs that run now, in whatever thread. See `Note: Recordings and threads`.
enum RunningRecordings {
  /// A run that is recorded, or was.
  final class Run: Sendable {
    /// Later ones have greater numbers.
    let number: UInt64
    /// The run that this is a part of, as where a recorded step freezes a model.
    private let outer: Run?
    private let thread = pthread_self()
    private let isOver = Atomic(false)
    private let used = Atomic(false)

    fileprivate init(number: UInt64, in outer: Run?) { (self.number, self.outer) = (number, outer) }

    /// Whether a value that it made was used elsewhere while it ran.
    var wasUsedElsewhere: Bool { used.load(ordering: .relaxed) }

    /// Whether this is `other`, or a part of it.
    func isPart(of other: Run) -> Bool {
      var run: Run? = self
      while let present = run, present !== other { run = present.outer }
      return run != nil
    }

    /// Whether it calls this. A task that it began has its task-local values, and another thread or a later time.
    var isHere: Bool { pthread_equal(thread, pthread_self()) != 0 && !isOver.load(ordering: .relaxed) }

    fileprivate func end() { isOver.store(true, ordering: .relaxed) }

    fileprivate func isUsed(by user: Run?) {
      if !isOver.load(ordering: .relaxed), user?.isPart(of: self) != true { used.store(true, ordering: .relaxed) }
    }
  }

  /// What memory remembers of how it was made.
  struct Origin: Sendable {
    /// The newest recording's number at that time; 0 where none ran.
    fileprivate let time: UInt64
    /// The recorded run that made it.
    fileprivate let run: Run?

    /// Whether it was made by a run, or by a part of it.
    func isOf(_ run: Run) -> Bool { self.run?.isPart(of: run) ?? false }

    /// Whether it was made since a run began, and elsewhere.
    func isStrange(to run: Run) -> Bool { time >= run.number && !isOf(run) }
  }

  private static let count = Atomic<Int>(0)
  private static let newest = Atomic<UInt64>(0)
  /// The recorded run that calls this, be it past the recorder as kernels do for themselves.
  @TaskLocal private static var bound: Run?
  private static var current: Run? { bound.flatMap { $0.isHere ? $0 : nil } }
  /// Whether what is made now belongs to nobody.
  @TaskLocal private static var isForAll = false

  /// Runs `body` as a recorded run.
  static func run<Result>(_ body: (Run) throws -> Result) rethrows -> Result {
    count.add(1, ordering: .relaxed)
    let run = Run(number: newest.add(1, ordering: .relaxed).newValue, in: current)
    defer {
      run.end()
      count.subtract(1, ordering: .relaxed)
    }
    return try $bound.withValue(run) { try body(run) }
  }

  /// Makes what is the same for all runs, in whichever it is first used.
  static func sharing<Result>(_ body: () -> Result) -> Result { $isForAll.withValue(true, operation: body) }

  /// Whether any run is recorded now.
  static var areAny: Bool { count.load(ordering: .relaxed) > 0 }

  /// That of memory which is made now.
  static var origin: Origin {
    if !areAny || isForAll { return Origin(time: 0, run: nil) }
    return Origin(time: newest.load(ordering: .relaxed), run: current)
  }

  /// Notes that memory is used here, where some run is recorded (`areAny`).
  static func noteUse(of origin: Origin) { origin.run?.isUsed(by: current) }
}
